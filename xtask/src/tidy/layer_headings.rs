//! The rule that every layer of the transport documents the three things a person who adds one next to it must know.

use std::path::Path;

use super::finding::Finding;
use super::source::Source;

const HEADINGS: [&str; 3] = ["When it runs", "What it sees", "What an error does"];

/// One finding for each heading that is missing from the file's documentation.
pub(super) fn check(file: &Path, source: &Source<'_>) -> Vec<Finding> {
    let present: Vec<_> = source.lines().iter().filter_map(|line| heading(line)).collect();
    let missing = HEADINGS.iter().filter(|wanted| !present.contains(*wanted));
    missing
        .map(|wanted| Finding::error(file, 1, format!("document the layer under the heading `# {wanted}`")))
        .collect()
}

fn heading(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))?.trim();
    text.starts_with('#').then(|| text.trim_start_matches('#').trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(text: &str) -> usize {
        check(Path::new("sign.rs"), &Source::new(text)).len()
    }

    #[test]
    fn three_headings_pass_on_the_module_or_on_the_type() {
        assert_eq!(missing("//! A.\n//! # When it runs\n//! # What it sees\n//! # What an error does\n"), 0);
        assert_eq!(missing("/// ## When it runs\n/// ## What it sees\n    /// ## What an error does\n"), 0);
    }

    #[test]
    fn each_missing_one_is_named() {
        assert_eq!(missing("//! A.\n"), 3);
        assert_eq!(missing("//! # When it runs\n// # What it sees\n//! What an error does\n"), 2);
    }
}
