//! The test runners: cargo-nextest where it is installed, else cargo's own, and always cargo's own for the examples
//! in documentation, which nextest does not run.

use std::process::Command;

use super::python::Environment;
use super::tally::{self, Tally};
use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::{process, tools};

/// Runs the tests of the workspace, or those that `arguments` narrow the run to.
pub(super) fn run(
    workspace: &Workspace,
    arguments: &[String],
    environments: &[Environment],
    total: &mut Tally,
) -> Result<(), Failure> {
    let mut command = if tools::has_nextest() {
        workspace.cargo(["nextest", "run"])
    } else {
        println!(
            "    cargo-nextest is not installed: running cargo's own test runner, which is slower but does the same"
        );
        workspace.cargo(["test", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"])
    };
    command.arg("--all-features");
    if !names_package(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments);
    for environment in environments {
        command.env(environment.variable, &environment.interpreter);
    }
    count(&mut command, total)
}

/// Runs the examples in documentation.
pub(super) fn run_documentation(workspace: &Workspace, total: &mut Tally) -> Result<(), Failure> {
    count(&mut workspace.cargo(["test", "--doc", "--no-fail-fast", "--workspace", "--all-features"]), total)
}

fn count(command: &mut Command, total: &mut Tally) -> Result<(), Failure> {
    let (result, lines) = process::run_keeping(command, tally::is_summary);
    for line in lines {
        total.add(tally::read(&line));
    }
    result
}

/// Whether the caller chose packages, in which case `--workspace` would overrule the choice.
fn names_package(arguments: &[String]) -> bool {
    let ours = arguments.iter().take_while(|argument| *argument != "--");
    ours.into_iter().any(|argument| {
        argument == "--package" || argument.starts_with("--package=") || argument.starts_with("-p")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_package_is_not_overruled() {
        let names =
            |words: &[&str]| names_package(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert!(names(&["-p", "alter-auth"]));
        assert!(names(&["-palter-auth", "sign"]));
        assert!(names(&["--package=alter-auth"]));
        assert!(!names(&["sign", "--no-capture"]));
        assert!(!names(&["sign", "--", "-p"]));
    }
}
