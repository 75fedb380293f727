//! `cargo xtask tidy`: the house rules that no compiler sees. Each rule is a module with a pure function from text to
//! findings; this file decides which files a rule reads and prints what it finds.

mod finding;
mod front_page;
mod layer_headings;
mod length;
mod links;
mod machine_path;
mod opening;
mod source;
mod unfinished;

use std::fs;
use std::path::{Path, PathBuf};

use self::finding::{Finding, Weight};
use self::source::Source;
use crate::failure::Failure;
use crate::workspace::Workspace;

const README: &str = "README.md";
const FRONT_PAGE: &str = "crates/alter-client/src/lib.rs";
const LAYERS: &str = "crates/alter-transport/src/layer";
/// What lives among the layers without being one: the list of them, and what they all stand on.
const NOT_LAYERS: [&str; 2] = ["mod.rs", "stacked.rs"];

/// Checks every file of the repository and prints what it finds; only errors fail.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let files = workspace.files()?;
    let mut findings = Vec::new();
    let (mut readme, mut front_page) = (None, None);
    for file in &files {
        let Some(text) = read(workspace.root(), file)? else { continue };
        findings.extend(machine_path::check(file, &text));
        if file.extension().is_some_and(|extension| extension == "md") {
            findings.extend(links::check(file, &text, |target| files.iter().any(|f| f.starts_with(target))));
        }
        if file.extension().is_some_and(|extension| extension == "rs") {
            findings.extend(check_rust(file, &Source::new(&text)));
        }
        if file == Path::new(README) {
            readme = Some(text);
        } else if file == Path::new(FRONT_PAGE) {
            front_page = Some(text);
        }
    }
    if let (Some(readme), Some(front_page)) = (readme, front_page) {
        findings.extend(front_page::check(Path::new(README), &readme, Path::new(FRONT_PAGE), &front_page));
    }
    report(files.len(), &findings)
}

fn check_rust(file: &Path, source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(opening::check(file, source));
    findings.extend(length::check(file, source));
    findings.extend(unfinished::check(file, source));
    if file.starts_with(LAYERS) && !NOT_LAYERS.iter().any(|other| file.ends_with(other)) {
        findings.extend(layer_headings::check(file, source));
    }
    findings
}

/// The text of a file, or `None` if it is not text.
fn read(root: &Path, file: &PathBuf) -> Result<Option<String>, Failure> {
    let bytes = fs::read(root.join(file)).map_err(|source| Failure::File { path: file.clone(), source })?;
    Ok(String::from_utf8(bytes).ok())
}

fn report(files: usize, findings: &[Finding]) -> Result<(), Failure> {
    for finding in findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.weight == Weight::Error).count();
    println!("{files} files, {errors} errors, {} warnings", findings.len() - errors);
    if errors == 0 { Ok(()) } else { Err(Failure::Findings { check: "tidy", count: errors }) }
}
