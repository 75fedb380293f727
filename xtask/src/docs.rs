//! `cargo xtask docs`: the documents that are written from tables in the code. Their writers are examples of the crates
//! that hold the tables, so that xtask does not have to compile them.

use std::fs;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// What to do with the documents.
#[derive(clap::Args, Default)]
pub(crate) struct Arguments {
    /// Change nothing, and fail if a document is not what it would be
    #[arg(long)]
    check: bool,
}

/// A document, and the example that prints it.
struct Document {
    path: &'static str,
    package: &'static str,
    example: &'static str,
}

const DOCUMENTS: [Document; 1] =
    [Document { path: "docs/errors.md", package: "alter-types", example: "error_reference" }];

/// Fails unless every document is up to date.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    run(workspace, &Arguments { check: true })
}

/// Writes every document, or compares it.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    let mut outdated = 0;
    for document in DOCUMENTS {
        let Document { path, package, example } = document;
        let written = process::output(&mut workspace.cargo([
            "run",
            "--quiet",
            "--package",
            package,
            "--example",
            example,
        ]))?;
        let file = workspace.root().join(path);
        let failed = |source| Failure::File { path: file.clone(), source };
        let is_current = fs::read_to_string(&file).is_ok_and(|text| text == written);
        match (is_current, arguments.check) {
            (true, _) => println!("{path}: up to date"),
            (false, true) => {
                println!("{path}: not what the code says; run `cargo xtask docs`");
                outdated += 1;
            }
            (false, false) => {
                fs::write(&file, written).map_err(failed)?;
                println!("{path}: written");
            }
        }
    }
    if outdated == 0 { Ok(()) } else { Err(Failure::Findings { check: "docs", count: outdated }) }
}
