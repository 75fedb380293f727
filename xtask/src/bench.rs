//! `cargo xtask bench`: the figures of `alter-bench`, taken on a release build.

use crate::failure::Failure;
use crate::process;
use crate::steps::Steps;
use crate::workspace::Workspace;

/// Builds what is measured and measures it.
pub(crate) fn run(workspace: &Workspace, figures: &[String]) -> Result<(), Failure> {
    let mut steps = Steps::new();
    // The server is measured as a process of its own, so the program has to be there beside the bench.
    let build = ["build", "--release", "--package", "alter-bench", "--package", "alter-cli"];
    let built = steps
        .run("build", &format!("cargo {}", build.join(" ")), || process::run(&mut workspace.cargo(build)));
    if built.is_some() {
        let measure = ["run", "--quiet", "--release", "--package", "alter-bench", "--"];
        let repeat = [&measure.map(str::to_owned)[..], figures].concat().join(" ");
        steps.run("measure", &format!("cargo {repeat}"), || {
            process::run(workspace.cargo(measure).args(figures))
        });
    }
    steps.finish()
}
