//! The rule against work left lying: no placeholder macros, no test or example switched off without a word.

use std::path::Path;

use super::finding::Finding;
use super::source::Source;

/// What may not stand in code, and what to do about it.
const CODE: [(&str, &str); 4] = [
    ("todo!", "finish it: a stub that compiles looks done"),
    ("unimplemented!", "finish it, or make the case impossible by type"),
    ("dbg!", "take the debugging output out"),
    ("#[ignore]", "say why the test is off: `#[ignore = \"...\"]`"),
];

/// One finding for each line with such a thing.
pub(super) fn check(file: &Path, source: &Source<'_>) -> Vec<Finding> {
    let code = source.code().enumerate().filter_map(|(index, line)| {
        let (_, advice) = CODE.iter().find(|(needle, _)| contains_word(line, needle))?;
        Some(Finding::error(file, index + 1, *advice))
    });
    let examples =
        source.lines().iter().enumerate().filter(|(_, line)| is_ignored_example(line)).map(|(index, _)| {
            Finding::error(
                file,
                index + 1,
                "let the example compile: `no_run` or hidden lines, never `ignore`",
            )
        });
    code.chain(examples).collect()
}

/// Whether the line has `needle` as a whole word: `my_todo!` is another macro.
fn contains_word(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn is_ignored_example(line: &str) -> bool {
    let line = line.trim_start();
    let fence = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"));
    let language = fence.and_then(|text| text.trim_start().strip_prefix("```"));
    language.is_some_and(|language| language.split([',', ' ']).any(|word| word.trim() == "ignore"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        check(Path::new("a.rs"), &Source::new(text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn placeholders_are_found_in_code() {
        let found = lines("fn a() {\n    todo!()\n}\nlet b = dbg!(c);\nunimplemented!(\"later\")");
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("a.rs:2: error: finish it"), "{found:?}");
    }

    #[test]
    fn a_test_may_be_off_with_a_reason_only() {
        assert_eq!(lines("#[test]\n#[ignore]\nfn a() {}").len(), 1);
        assert_eq!(lines("#[test]\n#[ignore = \"needs a browser\"]\nfn a() {}").len(), 0);
    }

    #[test]
    fn an_example_may_not_be_off() {
        assert_eq!(lines("/// ```ignore\n/// a\n/// ```").len(), 1);
        assert_eq!(lines("//! ```rust,ignore").len(), 1);
        assert_eq!(lines("/// ```no_run\n/// a\n/// ```").len(), 0);
    }

    #[test]
    fn words_in_comments_strings_and_other_names_are_not_code() {
        assert_eq!(lines("// todo!\nlet a = \"dbg!(b)\"; my_todo!();").len(), 0);
    }
}
