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

/// The version of cargo-public-api that is installed if none is there; it reads the JSON of a recent nightly.
const CARGO_PUBLIC_API: &str = "0.52.0";

/// Makes sure that `cargo public-api` can be run, and that there is a nightly compiler for it.
pub(crate) fn ensure_public_api(workspace: &Workspace) -> Result<(), Failure> {
    if process::probe(Command::new("rustc").args(["+nightly", "--version"])).is_none() {
        return Err(Failure::Missing(
            "the listing needs a nightly compiler: rustup toolchain install nightly --profile minimal"
                .to_owned(),
        ));
    }
    if is_there("public-api") {
        return Ok(());
    }
    println!(
        "    cargo-public-api is not there: installing version {CARGO_PUBLIC_API}, once, which takes some minutes"
    );
    let install = ["install", "cargo-public-api", "--locked", "--version", CARGO_PUBLIC_API];
    process::run(&mut workspace.cargo(install))
}

fn is_there(subcommand: &str) -> bool {
    process::probe(Command::new(env::cargo()).args([subcommand, "--version"])).is_some()
}
