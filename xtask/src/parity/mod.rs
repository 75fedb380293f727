//! `cargo xtask parity`: whether every behaviour of the official SDK is shown by a test that passes. This file joins
//! what `docs/parity.md` says with what the tests did; reading the one and running the others have a file each.

mod ids;
mod named_test;
mod run;
mod table;

use std::collections::BTreeSet;
use std::fs;

use self::named_test::NamedTest;
use self::table::{Row, Shown};
use crate::failure::Failure;
use crate::workspace::Workspace;

const TABLE: &str = "docs/parity.md";

/// Which rows to look at.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Groups of ids, such as `REQ AWS` [default: all]
    groups: Vec<String>,
}

/// Reads the table, runs the tests it names, and prints `N of M`; anything but M of M fails.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    let path = workspace.root().join(TABLE);
    let text = fs::read_to_string(&path).map_err(|source| Failure::File { path, source })?;
    let (rows, findings) = table::read(&text);
    let findings: Vec<_> = findings.into_iter().chain(ids::check(&rows)).collect();
    for finding in &findings {
        println!("{TABLE}:{finding}");
    }
    if !findings.is_empty() {
        return Err(Failure::Findings { check: "parity", count: findings.len() });
    }
    let rows: Vec<_> = rows.into_iter().filter(|row| is_chosen(row, &arguments.groups)).collect();
    if rows.is_empty() {
        return Err(Failure::Missing(format!("no id belongs to {}", arguments.groups.join(", "))));
    }
    let named: BTreeSet<_> = rows.iter().flat_map(Row::tests).cloned().collect();
    let passed = run::passing(workspace, &named)?;
    report(&rows, &passed)
}

fn is_chosen(row: &Row, groups: &[String]) -> bool {
    groups.is_empty() || groups.iter().any(|group| group.eq_ignore_ascii_case(row.group()))
}

fn report(rows: &[Row], passed: &BTreeSet<NamedTest>) -> Result<(), Failure> {
    println!();
    let mut shown = 0;
    for row in rows {
        match row.verdict(passed) {
            Verdict::Shown => shown += 1,
            Verdict::NotApplicable(reason) => {
                println!("not applicable: {}: {reason}", row.id);
                shown += 1;
            }
            Verdict::Open => println!("open: {}: {}", row.id, row.behaviour),
            Verdict::Broken(tests) => {
                for test in tests {
                    println!("did not run and pass: {}: {test}", row.id);
                }
            }
        }
    }
    println!("{shown} of {}", rows.len());
    let missing = rows.len() - shown;
    if missing == 0 { Ok(()) } else { Err(Failure::Findings { check: "parity", count: missing }) }
}

/// What becomes of a row.
#[derive(Debug, PartialEq, Eq)]
enum Verdict<'a> {
    /// Every test it names ran and passed.
    Shown,
    /// It makes no sense here, and why.
    NotApplicable(&'a str),
    /// It names nothing.
    Open,
    /// These of its tests did not run, or did not pass.
    Broken(Vec<&'a NamedTest>),
}

impl Row {
    fn verdict(&self, passed: &BTreeSet<NamedTest>) -> Verdict<'_> {
        match &self.shown {
            Shown::Nowhere => Verdict::Open,
            Shown::NotApplicable(reason) => Verdict::NotApplicable(reason),
            Shown::By(tests) => {
                let broken: Vec<_> = tests.iter().filter(|test| !passed.contains(test)).collect();
                if broken.is_empty() { Verdict::Shown } else { Verdict::Broken(broken) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cell: &str) -> Row {
        let (mut rows, findings) = table::read(&format!("| CLI-01 | Keys | {cell} |"));
        assert!(findings.is_empty(), "{findings:?}");
        rows.remove(0)
    }

    #[test]
    fn a_row_is_shown_only_if_all_its_tests_passed() {
        let row = row("`alter-auth it::key::a`, `alter-auth lib::b`");
        let all: BTreeSet<_> = row.tests().cloned().collect();
        let one: BTreeSet<_> = row.tests().take(1).cloned().collect();
        assert_eq!(row.verdict(&all), Verdict::Shown);
        assert_eq!(row.verdict(&one), Verdict::Broken(row.tests().skip(1).collect()));
    }

    #[test]
    fn a_row_without_tests_is_open_unless_it_says_why() {
        let none = BTreeSet::new();
        assert_eq!(row("").verdict(&none), Verdict::Open);
        assert_eq!(row("n/a: no GIL").verdict(&none), Verdict::NotApplicable("no GIL"));
    }

    #[test]
    fn groups_are_chosen_by_the_letters_of_the_id() {
        let row = row("");
        assert!(is_chosen(&row, &[]));
        assert!(is_chosen(&row, &["AWS".to_owned(), "cli".to_owned()]));
        assert!(!is_chosen(&row, &["CL".to_owned()]));
    }
}
