//! `cargo xtask`: what a person or a build machine does with this repository, as commands. This file reads the
//! command line; each command has a module of its own name.

mod api;
mod bench;
mod ci;
mod conformance;
mod deps;
mod docs;
mod env;
mod failure;
mod parity;
mod process;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Automation of the workspace: everything a change needs before it lands.
#[derive(Parser)]
#[command(
    bin_name = "cargo xtask",
    version,
    after_help = "Every step prints its time, and a step that fails prints the command that repeats it alone."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every test, bringing up whatever they need
    Test(test::Arguments),
    /// Run all that a change must pass, or only the steps named
    Ci(ci::Arguments),
    /// Run recorded vectors against our crates
    Conformance(conformance::Arguments),
    /// Check that every behaviour of the official SDK is shown by a test that passes
    Parity(parity::Arguments),
    /// List the public API of the SDK's crates, or say what has changed; needs a nightly compiler
    Api(api::Arguments),
    /// Write the documents that follow from tables in the code
    Docs(docs::Arguments),
    /// Check which crate may depend on what
    Deps,
    /// Check the house rules that no compiler sees
    Tidy,
    /// Measure what a call costs, beside the least it could cost
    Bench {
        /// Only these figures, for example `request`; all without any.
        figures: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    match command {
        Command::Test(arguments) => test::run(&workspace, &arguments),
        Command::Ci(arguments) => ci::run(&workspace, &arguments),
        Command::Conformance(arguments) => conformance::run(&workspace, &arguments),
        Command::Parity(arguments) => parity::run(&workspace, &arguments),
        Command::Api(arguments) => api::run(&workspace, &arguments),
        Command::Docs(arguments) => docs::run(&workspace, &arguments),
        Command::Deps => deps::run(&workspace),
        Command::Tidy => tidy::run(&workspace),
        Command::Bench { figures } => bench::run(&workspace, &figures),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
