//! A run made of named steps: each is announced and timed, and at the end a table says how all of them went.

use std::fmt;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The steps of one command, in the order they ran.
pub(crate) struct Steps {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// No step has run yet.
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// Runs one step. `alone` is the command that repeats just this step; it is printed if the step fails.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        alone: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Option<T> {
        println!("\n==> {name}");
        let started = now();
        let result = work();
        let took = started.elapsed();
        self.rows.push(Row { name, took, passed: result.is_ok() });
        match result {
            Ok(value) => {
                println!("==> {name}: passed in {}", Seconds(took));
                Some(value)
            }
            Err(failure) => {
                println!("==> {name}: FAILED after {}: {failure}", Seconds(took));
                println!("    run it alone: {alone}");
                None
            }
        }
    }

    /// Prints the table and fails if a step did.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        println!("\n{self}");
        let failed: Vec<_> =
            self.rows.iter().filter(|row| !row.passed).map(|row| row.name.to_owned()).collect();
        if failed.is_empty() { Ok(()) } else { Err(Failure::Steps(failed)) }
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max("total".len());
        for row in &self.rows {
            let word = if row.passed { "passed" } else { "FAILED" };
            writeln!(f, "  {:width$}  {word}  {:>8}", row.name, Seconds(row.took).to_string())?;
        }
        let total = Seconds(self.rows.iter().map(|row| row.took).sum());
        write!(f, "  {:width$}  {:6}  {:>8}", "total", "", total.to_string())
    }
}

/// A duration in seconds with one decimal.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.as_secs_f64())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a build step took is real time, and xtask has no runtime"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_failure_succeeds() {
        let mut steps = Steps::new();
        assert_eq!(steps.run("fmt", "cargo fmt", || Ok(7)), Some(7));
        assert!(steps.finish().is_ok());
    }

    #[test]
    fn a_failed_step_fails_the_run_by_name_and_later_steps_may_still_run() {
        let mut steps = Steps::new();
        let broken = steps.run("deps", "cargo xtask deps", || Err::<(), _>(Failure::Missing("no".into())));
        assert_eq!(broken, None);
        assert_eq!(steps.run("tidy", "cargo xtask tidy", || Ok(())), Some(()));
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: deps");
    }

    #[test]
    fn the_table_lines_up_and_adds_up() {
        let row = |name, seconds, passed| Row { name, took: Duration::from_secs(seconds), passed };
        let steps = Steps { rows: vec![row("fmt", 1, true), row("doc-tests", 120, false)] };
        let table =
            "  fmt        passed     1.0 s\n  doc-tests  FAILED   120.0 s\n  total               121.0 s";
        assert_eq!(steps.to_string(), table);
    }
}
