//! `cargo xtask test`: every test, after bringing up what the tests need. Needs, runner and counting have a file each.

mod python;
mod runner;
mod surroundings;
mod tally;

pub(crate) use self::surroundings::Surroundings;
use self::tally::Tally;
use crate::failure::Failure;
use crate::process;
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What to run.
#[derive(clap::Args, Default)]
pub(crate) struct Arguments {
    /// Arguments for the test runner (after `--`): the run is narrowed to them and documentation tests are left out
    #[arg(last = true)]
    runner: Vec<String>,
}

/// Prepares, builds and runs; a failing test does not keep the rest from running.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    let mut steps = Steps::new();
    let mut total = Tally::default();
    run_steps(workspace, arguments, &mut steps, &mut total);
    let result = steps.finish();
    println!("\ntests: {total}");
    result
}

/// Ends early, with `None`, where the next step would need what the last one did not bring.
fn run_steps(
    workspace: &Workspace,
    arguments: &Arguments,
    steps: &mut Steps,
    total: &mut Tally,
) -> Option<()> {
    let narrowed = !arguments.runner.is_empty();
    let environments = steps.run("python", "cargo xtask test", || python::prepare(workspace))?;
    // One build with the features the tests will ask for: it leaves the `alter` binary where process tests find it,
    // and the runner has nothing left to compile.
    let build = ["build", "--workspace", "--all-features", "--lib", "--bins", "--tests", "--examples"];
    steps
        .run("build", &format!("cargo {}", build.join(" ")), || process::run(&mut workspace.cargo(build)))?;
    let alone = "cargo xtask test -- <name of a test>";
    steps.run("tests", alone, || runner::run(workspace, &arguments.runner, &environments, total));
    if narrowed {
        println!("\ndocumentation tests are left out of a narrowed run");
        return Some(());
    }
    let alone = "cargo test --doc --workspace --all-features";
    steps.run("doc-tests", alone, || runner::run_documentation(workspace, total))
}
