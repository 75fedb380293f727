//! Cargo subcommands that do not come with the toolchain: whether they are there, and how to get them.

use std::process::Command;

use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::{env, process};

/// The version of cargo-deny that is installed if none is there. Any other that is already there is taken as it is.
const CARGO_DENY: &str = "0.20.2";

/// Whether `cargo nextest` can be run.
pub(crate) fn has_nextest() -> bool {
    is_there("nextest")
}

/// Makes sure that `cargo deny` can be run; installing it takes some minutes, once for a machine.
pub(crate) fn ensure_deny(workspace: &Workspace) -> Result<(), Failure> {
    if is_there("deny") {
        return Ok(());
    }
    println!("    cargo-deny is not there: installing version {CARGO_DENY}, once, which takes some minutes");
    process::run(&mut workspace.cargo(["install", "cargo-deny", "--locked", "--version", CARGO_DENY]))
}

fn is_there(subcommand: &str) -> bool {
    process::probe(Command::new(env::cargo()).args([subcommand, "--version"])).is_some()
}
