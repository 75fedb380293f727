//! The rule that every Rust file opens by saying what lives in it.

use std::path::Path;

use super::finding::Finding;
use super::source::Source;

/// The first line must be a `//!` comment and its first paragraph must end like a sentence.
pub(super) fn check(file: &Path, source: &Source<'_>) -> Option<Finding> {
    let paragraph: Vec<_> = source
        .lines()
        .iter()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let Some(last) = paragraph.last() else {
        return Some(Finding::error(
            file,
            1,
            "open the file with a `//!` sentence that says what lives here",
        ));
    };
    let ends = last.trim_end_matches([')', '"', '*', '_', '`']).ends_with(['.', ':', '!', '?']);
    let message = "let the opening `//!` paragraph be a sentence that ends";
    (!ends).then(|| Finding::error(file, paragraph.len(), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(text: &str) -> bool {
        check(Path::new("a.rs"), &Source::new(text)).is_none()
    }

    #[test]
    fn a_sentence_passes_on_one_line_or_on_several() {
        assert!(passes("//! What lives here.\n\nuse a;"));
        assert!(passes("//! What lives here,\n//! and (what does not.)\n//!\n//! # More\n"));
        assert!(passes("//! The parts:\n//!\n//! * one"));
    }

    #[test]
    fn a_missing_late_or_empty_opening_does_not() {
        assert!(!passes(""));
        assert!(!passes("use a;\n//! Too late."));
        assert!(!passes("// An ordinary comment.\n"));
        assert!(!passes("//!\n//! After a gap.\n"));
    }

    #[test]
    fn a_word_is_not_a_sentence() {
        assert!(!passes("//! helpers\n"));
    }
}
