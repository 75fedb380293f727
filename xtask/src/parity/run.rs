//! Runs named tests, one test program at a time, and tells which of them ran and passed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::named_test::{NamedTest, Target};
use crate::failure::Failure;
use crate::process;
use crate::test::Surroundings;
use crate::workspace::Workspace;

/// Those of `named` that ran and passed. A test that fails, is ignored or is not there is left out.
pub(super) fn passing(
    workspace: &Workspace,
    named: &BTreeSet<NamedTest>,
) -> Result<BTreeSet<NamedTest>, Failure> {
    let mut programs = BTreeMap::<_, Vec<_>>::new();
    for test in named {
        programs.entry((&test.package, &test.target)).or_default().push(test);
    }
    let surroundings =
        Surroundings::prepare(workspace, programs.keys().map(|(package, _)| package.as_str()))?;
    let mut passed = BTreeSet::new();
    for ((package, target), tests) in programs {
        let mut command = command(workspace, package, target, &tests);
        surroundings.apply(&mut command);
        // A failure of the program as a whole shows in the tests that are missing from its output.
        let (_, lines) = process::run_keeping(&mut command, |line| line.starts_with("test "));
        let verdicts = verdicts(&lines, target);
        passed.extend(
            tests.into_iter().filter(|test| verdicts.get(test.path.as_str()) == Some(&true)).cloned(),
        );
    }
    Ok(passed)
}

fn command(workspace: &Workspace, package: &str, target: &Target, tests: &[&NamedTest]) -> Command {
    let mut command = workspace.cargo(["test", "--all-features", "--no-fail-fast", "--package", package]);
    match target {
        Target::Lib => command.arg("--lib"),
        Target::Bins => command.arg("--bins"),
        Target::Doc => command.arg("--doc"),
        Target::Integration(name) => command.args(["--test", name]),
    };
    command.arg("--");
    // The runner's name of a documentation test ends in its line: it is found by part of its name.
    if *target != Target::Doc {
        command.arg("--exact");
    }
    command.args(tests.iter().map(|test| &test.path));
    command
}

/// Which tests ran, and whether they passed; an item of the documentation with several examples needs all of them.
fn verdicts<'l>(lines: &'l [String], target: &Target) -> BTreeMap<&'l str, bool> {
    let mut verdicts = BTreeMap::new();
    for (path, passed) in lines.iter().filter_map(|line| verdict(line, target)) {
        *verdicts.entry(path).or_insert(true) &= passed;
    }
    verdicts
}

/// What a line of a test runner says of a test: `test a::b ... ok`, with remarks such as `- should panic`, and for
/// documentation `test src/a.rs - a::B::c (line 7) - compile ... ok`. An ignored test did not pass.
fn verdict<'l>(line: &'l str, target: &Target) -> Option<(&'l str, bool)> {
    let (name, verdict) = line.trim_end().strip_prefix("test ")?.rsplit_once(" ... ")?;
    let path = match target {
        Target::Doc => name.split_once(" - ")?.1.split_once(" (line ")?.0,
        _ => name.split(" - ").next()?,
    };
    Some((path, verdict == "ok"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_test_and_says_whether_it_passed() {
        let it = Target::Integration("it".to_owned());
        assert_eq!(verdict("test grants::a_list ... ok\n", &it), Some(("grants::a_list", true)));
        assert_eq!(verdict("test a::b - should panic ... ok", &Target::Lib), Some(("a::b", true)));
        assert_eq!(verdict("test a ... FAILED", &it), Some(("a", false)));
        assert_eq!(verdict("test a ... ignored, slow", &it), Some(("a", false)));
        assert_eq!(verdict("test result: ok. 1 passed", &it), None);
    }

    #[test]
    fn an_example_in_documentation_is_known_by_its_item_and_all_of_them_must_pass() {
        let line = "test crates/a/src/client.rs - client::App::new (line 31) - compile fail ... ok";
        assert_eq!(verdict(line, &Target::Doc), Some(("client::App::new", true)));
        let lines = [line.to_owned(), line.replace("ok", "FAILED"), line.replace("new", "close")];
        let verdicts = verdicts(&lines, &Target::Doc);
        assert_eq!(verdicts, BTreeMap::from([("client::App::close", true), ("client::App::new", false)]));
    }
}
