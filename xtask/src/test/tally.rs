//! How many tests passed, read from the closing lines of the runners, so that one line can say it for all of them.

use std::fmt;

/// Counts of tests. Timed out and crashed tests count as failed, ignored ones as skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Adds the counts of one runner.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Whether a line of output is a runner's closing line.
pub(super) fn is_summary(line: &str) -> bool {
    counts(line).is_some()
}

/// The counts in a closing line; none in any other line.
pub(super) fn read(line: &str) -> Tally {
    let mut tally = Tally::default();
    for part in counts(line).unwrap_or_default().split([',', ';']) {
        let mut words = part.split_whitespace();
        let (Some(count), Some(outcome)) =
            (words.next().and_then(|word| word.parse::<u64>().ok()), words.next())
        else {
            continue;
        };
        match outcome {
            "passed" => tally.passed += count,
            "failed" | "timed" | "exec" => tally.failed += count,
            "skipped" | "ignored" => tally.skipped += count,
            _ => {}
        }
    }
    tally
}

/// The part of a closing line with the counts: `… tests run: 5 passed, 1 skipped` of nextest, and
/// `test result: ok. 5 passed; 0 failed; …` of cargo.
fn counts(line: &str) -> Option<&str> {
    // Only at the start of a line: nextest repeats, indented, what a failed test's own process printed.
    if let Some(rest) = line.strip_prefix("test result: ") {
        return rest.split_once(". ").map(|(_, counts)| counts);
    }
    let rest = line.trim().strip_prefix("Summary [")?;
    rest.split_once(" run: ").map(|(_, counts)| counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn nextest_closes_with_a_summary() {
        let line = "     Summary [   0.015s] 30 tests run: 30 passed (2 slow, 1 leaky), 4 skipped\n";
        assert!(is_summary(line));
        assert_eq!(read(line), tally(30, 0, 4));
        let line = "     Summary [  61.200s] 1 test run: 0 passed, 1 timed out, 0 skipped";
        assert_eq!(read(line), tally(0, 1, 0));
        let line = "Summary [ 1.0s] 7/9 tests run: 4 passed, 2 failed, 1 exec failed, 3 skipped";
        assert_eq!(read(line), tally(4, 3, 3));
    }

    #[test]
    fn cargo_closes_with_a_result() {
        let line = "test result: FAILED. 5 passed; 1 failed; 2 ignored; 0 measured; 9 filtered out; finished in 0.01s";
        assert!(is_summary(line));
        assert_eq!(read(line), tally(5, 1, 2));
    }

    #[test]
    fn a_test_that_talks_like_a_runner_in_the_middle_of_a_line_is_not_counted() {
        assert!(!is_summary("test tests::a ... ok"));
        assert!(!is_summary("it said: test result: ok. 5 passed"));
        assert_eq!(read("running 5 tests"), tally(0, 0, 0));
    }

    #[test]
    fn the_closing_line_has_the_plain_form_that_build_machines_read() {
        assert_eq!(tally(3, 1, 2).to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
