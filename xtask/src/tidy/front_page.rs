//! The rule that the README shows the example of the facade's front page, which is compiled and run as a test.

use std::path::Path;

use super::finding::Finding;

/// Compares the README's first Rust block with the first block of the crate's documentation, whose hidden lines
/// (`# …`) are left out. Nothing is compared while one of them has no block.
pub(super) fn check(readme_file: &Path, readme: &str, crate_file: &Path, source: &str) -> Option<Finding> {
    let docs = source.lines().map_while(|line| line.strip_prefix("//!"));
    let docs = docs.map(|line| line.strip_prefix(' ').unwrap_or(line));
    let (line, shown) = first_block(readme.lines(), |language| language.starts_with("rust"))?;
    let (_, tested) = first_block(docs, |language| !language.starts_with("text"))?;
    let tested: Vec<_> = tested.into_iter().filter(|line| !is_hidden(line)).collect();
    (shown != tested).then(|| {
        let message = format!("the example differs from the one in {}: copy that one", crate_file.display());
        Finding::error(readme_file, line, message)
    })
}

/// The line number of the fence and the lines of the first block whose language is wanted.
fn first_block<'a>(
    lines: impl Iterator<Item = &'a str>,
    wanted: fn(&str) -> bool,
) -> Option<(usize, Vec<&'a str>)> {
    let mut lines = lines.enumerate();
    loop {
        let (start, language) =
            lines.find_map(|(index, line)| Some((index + 1, line.strip_prefix("```")?)))?;
        let block: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        if wanted(language) {
            return Some((start, block));
        }
    }
}

fn is_hidden(line: &str) -> bool {
    let line = line.trim_start();
    line == "#" || line.starts_with("# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(readme: &str, source: &str) -> bool {
        check(Path::new("README.md"), readme, Path::new("lib.rs"), source).is_some()
    }

    const SOURCE: &str = "//! Front page.\n//!\n//! ```text\n//! a -> b\n//! ```\n//! ```no_run\n//! # async fn f() {\n\
        //! let a = 1;\n//!\n//! let b = 2;\n//! # }\n//! ```\n";

    #[test]
    fn the_same_example_passes_without_its_hidden_lines() {
        assert!(!differs("# A\n```sh\nx\n```\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n", SOURCE));
    }

    #[test]
    fn another_example_does_not() {
        assert!(differs("```rust\nlet a = 1;\n```\n", SOURCE));
    }

    #[test]
    fn there_is_nothing_to_compare_before_both_exist() {
        assert!(!differs("no block", SOURCE));
        assert!(!differs("```rust\nlet a = 1;\n```\n", "//! No block.\n"));
    }
}
