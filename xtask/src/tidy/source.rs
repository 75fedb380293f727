//! Rust source as the rules read it: its lines as written, and the same lines with comments and literals blanked, so
//! that a rule about code does not trip over a string that mentions it. A lexer, not a parser: it knows where
//! comments, strings and characters begin and end and nothing else.

/// One Rust file.
pub(super) struct Source<'a> {
    lines: Vec<&'a str>,
    code: String,
}

impl<'a> Source<'a> {
    /// Reads a file's text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { lines: text.lines().collect(), code: blank(text) }
    }

    /// The lines as written.
    pub(super) fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    /// The lines without comments and without the content of literals, numbered like the lines as written.
    pub(super) fn code(&self) -> impl Iterator<Item = &str> {
        self.code.lines()
    }
}

/// Replaces everything inside comments, strings and characters by spaces; line breaks stay where they are.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(next) = rest.chars().next() {
        let hidden = hidden_length(rest, previous);
        if hidden == 0 {
            out.push(next);
            previous = next;
            rest = &rest[next.len_utf8()..];
        } else {
            let (gone, kept) = rest.split_at(hidden);
            out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            previous = ' ';
            rest = kept;
        }
    }
    out
}

/// How many bytes of `text` belong to the comment or literal that starts here; 0 if none does.
fn hidden_length(text: &str, previous: char) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment(text);
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    if text.starts_with('\'') {
        return character(text);
    }
    let inside_word = previous.is_alphanumeric() || previous == '_';
    if inside_word { 0 } else { raw_string(text) }
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// From one quote to the next that no backslash escapes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A character literal; a lifetime starts with the same sign and hides nothing.
fn character(text: &str) -> usize {
    let mut after = text.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => quoted(text, '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// `r"…"`, `r#"…"#` and their byte and C variants; escapes mean nothing in them.
fn raw_string(text: &str) -> usize {
    let Some(after) = ["r", "br", "cr"].iter().find_map(|prefix| text.strip_prefix(prefix)) else { return 0 };
    let hashes = after.len() - after.trim_start_matches('#').len();
    if !after[hashes..].starts_with('"') {
        return 0;
    }
    let content = text.len() - after.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    text[content..].find(&end).map_or(text.len(), |at| content + at + end.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn hides(text: &str, hidden: &str) {
        assert!(!blank(text).contains(hidden), "{hidden:?} shows in {:?}", blank(text));
    }

    #[test]
    fn comments_strings_and_characters_are_blanked() {
        hides("let a = 1; // gone", "gone");
        hides("/* gone /* gone */ gone */ let a;", "gone");
        hides(r#"let a = "gone \" gone";"#, "gone");
        hides("let a = r#\"gone \" gone\"#;", "gone");
        hides("let a = br\"gone\\\";", "gone");
        hides(r#"let a = b"gone";"#, "gone");
        hides("let a = ('\"', '\\'', '\\u{1F600}'); // gone \"", "gone");
    }

    #[test]
    fn code_around_them_stays() {
        for text in ["fn f<'a>(x: &'a str) {}", "let r#type = 1;", "a / b", "let bar = 2;"] {
            assert_eq!(blank(text), text);
        }
        assert_eq!(blank("f(\"x\", 'y') // z\ng()"), "f(   ,    )     \ng()");
        assert_eq!(blank("var\"x\""), "var   ");
    }

    proptest! {
        #[test]
        fn no_input_panics_or_moves_a_line(text in "[a-z'\"/*\\\\#rbé\n ]{0,60}") {
            let blanked = blank(&text);
            prop_assert_eq!(blanked.chars().count(), text.chars().count());
            prop_assert_eq!(blanked.lines().count(), text.lines().count());
        }
    }
}
