//! `cargo xtask ci`: exactly what the build machine runs, as a list of steps from the fastest to the slowest.

use clap::ValueEnum;

use crate::failure::Failure;
use crate::steps::Steps;
use crate::workspace::Workspace;
use crate::{deps, docs, process, test, tidy, tools};

/// What backend implementers depend on without taking the rest.
const USED_ALONE: [&str; 2] = ["alter-types", "alter-auth"];

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run only these, in the usual order
    #[arg(value_enum)]
    steps: Vec<Step>,
    /// Go on after a step has failed
    #[arg(long)]
    keep_going: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Formatting
    Fmt,
    /// Which crate may depend on what
    Deps,
    /// The house rules that no compiler sees
    Tidy,
    /// Lints, on every target, warnings denied
    Clippy,
    /// The crates that people use without the rest, each built without the rest
    Alone,
    /// Licences, bans and sources of every package; installs cargo-deny if it is missing
    Deny,
    /// The documents that follow from tables in the code
    Docs,
    /// Documentation, warnings denied
    Doc,
    /// Every test
    Test,
}

/// Runs the chosen steps, or all, and stops at the first that fails unless told to go on.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    let mut steps = Steps::new();
    let chosen = |step: &Step| arguments.steps.is_empty() || arguments.steps.contains(step);
    let mut left = Step::value_variants().iter().copied().filter(chosen);
    for step in left.by_ref() {
        let alone = format!("cargo xtask ci {}", step.name());
        let passed = steps.run(step.name(), &alone, || step.run(workspace)).is_some();
        if !passed && !arguments.keep_going {
            break;
        }
    }
    let left: Vec<_> = left.map(Step::name).collect();
    if !left.is_empty() {
        println!("\nnot run: {}", left.join(", "));
    }
    steps.finish()
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Deps => "deps",
            Self::Tidy => "tidy",
            Self::Clippy => "clippy",
            Self::Alone => "alone",
            Self::Deny => "deny",
            Self::Docs => "docs",
            Self::Doc => "doc",
            Self::Test => "test",
        }
    }

    fn run(self, workspace: &Workspace) -> Result<(), Failure> {
        match self {
            Self::Fmt => process::run(&mut workspace.cargo(["fmt", "--all", "--check"])),
            Self::Deps => deps::run(workspace),
            Self::Tidy => tidy::run(workspace),
            Self::Clippy => {
                let lint =
                    ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
                process::run(&mut workspace.cargo(lint))
            }
            // In a build of the whole workspace one crate lives off features that another one switched on.
            Self::Alone => USED_ALONE.iter().try_for_each(|name| {
                process::run(&mut workspace.cargo(["check", "--lib", "--package", name]))
            }),
            Self::Deny => {
                tools::ensure_deny(workspace)?;
                // Advisories are left out: their database is not a package, and a build machine reaches packages only.
                process::run(&mut workspace.cargo(["deny", "check", "licenses", "bans", "sources"]))
            }
            Self::Docs => docs::check(workspace),
            Self::Doc => {
                let mut doc = workspace.cargo(["doc", "--workspace", "--no-deps", "--all-features"]);
                process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
            }
            Self::Test => test::run(workspace, &test::Arguments::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_printed_for_a_step_is_the_one_that_the_command_line_takes() {
        for step in Step::value_variants() {
            assert!(Step::from_str(step.name(), false) == Ok(*step), "{}", step.name());
        }
    }
}
