//! The rule that keeps a file to one concept: 300 lines are a hint, 600 the limit, unit tests at the end not counted.

use std::path::Path;

use super::finding::Finding;
use super::source::Source;

const SOFT: usize = 300;
const HARD: usize = 600;

/// Warns above the soft limit, fails above the hard one.
pub(super) fn check(file: &Path, source: &Source<'_>) -> Option<Finding> {
    let lines = before_tests(source);
    let message = |limit| {
        format!("{lines} lines before its tests, more than {limit}: move a concept to a file of its own")
    };
    if lines > HARD {
        Some(Finding::error(file, lines, message(HARD)))
    } else if lines > SOFT {
        Some(Finding::warning(file, lines, message(SOFT)))
    } else {
        None
    }
}

/// The number of lines before a trailing `mod tests`, or of all lines if there is none.
fn before_tests(source: &Source<'_>) -> usize {
    let code: Vec<_> = source.code().collect();
    let start = code.windows(2).rposition(|pair| {
        pair[0].starts_with("#[cfg(test)]")
            && pair[1].starts_with("mod ")
            && pair[1].trim_end().ends_with('{')
    });
    let trailing = |start: &usize| {
        let closes = |line: &&str| line.starts_with('}');
        code[start + 2..]
            .iter()
            .position(closes)
            .is_some_and(|end| code[start + 2 + end + 1..].iter().all(|line| line.trim().is_empty()))
    };
    start.filter(trailing).unwrap_or(source.lines().len())
}

#[cfg(test)]
mod tests {
    use super::super::finding::Weight;
    use super::*;

    fn weight(text: &str) -> Option<Weight> {
        check(Path::new("a.rs"), &Source::new(text)).map(|finding| finding.weight)
    }

    const TESTS: &str = "#[cfg(test)]\nmod tests {\n    fn a() {}\n}\n";

    #[test]
    fn the_limits_are_inclusive() {
        assert_eq!(weight(&"x\n".repeat(300)), None);
        assert_eq!(weight(&"x\n".repeat(301)), Some(Weight::Warning));
        assert_eq!(weight(&"x\n".repeat(600)), Some(Weight::Warning));
        assert_eq!(weight(&"x\n".repeat(601)), Some(Weight::Error));
    }

    #[test]
    fn tests_at_the_end_do_not_count() {
        assert_eq!(weight(&("x\n".repeat(300) + TESTS)), None);
        let long = TESTS.replace("    fn a() {}\n", &"    fn a() {}\n".repeat(900));
        assert_eq!(weight(&long), None);
    }

    #[test]
    fn code_after_a_test_module_counts_with_it() {
        assert_eq!(weight(&(TESTS.to_owned() + &"x\n".repeat(598))), Some(Weight::Error));
    }
}
