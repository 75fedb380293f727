//! `cargo xtask deps`: the direction of dependencies, judged from cargo's own picture of the workspace. The rules are
//! in `rules`, what they are applied to in `member`; `check` is pure and `run` does the reading and printing.

mod check;
mod member;
mod rules;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Checks every member and prints each rule that is broken.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let members = member::read(workspace)?;
    let violations = check::check(&members, rules::RULES);
    for violation in &violations {
        println!("{violation}\n");
    }
    if violations.is_empty() {
        println!("{} crates, every dependency allowed", members.len());
        return Ok(());
    }
    Err(Failure::Findings { check: "deps", count: violations.len() })
}
