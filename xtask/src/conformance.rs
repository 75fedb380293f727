//! `cargo xtask conformance`: the recorded vectors, run against our crates. The runner is a program of its own, so
//! that xtask does not have to compile what it runs.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// Which vectors to run, and what to tell.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A directory laid out like `conformance/`, packed or not [default: the repository's own copy]
    directory: Option<PathBuf>,
    /// List the vectors that a typed language makes impossible, with the reasons
    #[arg(long)]
    list_na: bool,
}

/// Runs the vectors; the last line says how many passed and failed.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    let directory = match &arguments.directory {
        // The runner starts at the root; the argument is relative to where its author is.
        Some(directory) => std::path::absolute(directory)
            .map_err(|source| Failure::File { path: directory.clone(), source })?,
        None => workspace.root().join("conformance"),
    };
    let mut runner = workspace.cargo(["run", "--quiet", "--package", "alter-conformance", "--"]);
    if arguments.list_na {
        runner.arg("--list-na");
    }
    process::run(runner.arg(directory))
}
