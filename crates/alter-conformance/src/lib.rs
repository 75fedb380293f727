//! Recorded conformance vectors, run against our crates.
//!
//! A directory of vectors holds one folder a subject. A folder is either a directory with one JSON file a vector, or
//! one packed file (`models.jsonl`) with one vector a line; both are read. Nothing here needs a network.
//!
//! ```no_run
//! // no_run: the directory is an argument of the command that calls this.
//! let report = alter_conformance::run(std::path::Path::new("conformance"))?;
//! println!("{report}");
//! assert!(report.is_success());
//! # Ok::<(), alter_conformance::LoadError>(())
//! ```
//!
//! Where we differ from the recorded behaviour on purpose, the rule is applied to the expectation, everywhere it
//! applies and never by naming single vectors; such a vector counts as passed and says which rule.

mod bytes;
mod calls;
mod functions;
mod headers;
mod identity;
mod keys;
mod load;
mod models;
mod report;
mod signing;

use std::path::Path;

use serde_json::Value;

pub use load::LoadError;
pub use report::{Outcome, Report, Vector};

/// Runs every folder of `directory` that this crate knows. A missing one is told in the report.
///
/// # Errors
/// [`LoadError`] if a folder is there and cannot be read.
pub fn run(directory: &Path) -> Result<Report, LoadError> {
    let mut report = Report::default();
    match load::models(directory)? {
        Some(folder) => models::run(&folder, &mut report),
        None => report.note("models: no such folder, skipped"),
    }
    let folders = [
        ("keys", keys::run as Run),
        ("signing", signing::run),
        ("functions", functions::run),
        ("requests", calls::run_requests),
        ("errors", calls::run_errors),
    ];
    for (folder, run) in folders {
        match load::vectors(directory, folder)? {
            Some(vectors) => run(&vectors, &mut report),
            None => report.note(format!("{folder}: no such folder, skipped")),
        }
    }
    Ok(report)
}

/// Runs all files of one folder.
type Run = fn(&[Value], &mut Report);
