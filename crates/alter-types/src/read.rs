//! [`read_json`]: reading a model with an error that names the field and never the value.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Longest path an error shows, in characters; keys of the input may be part of it.
const MAX_PATH: usize = 200;

/// A body that is not the model it was read as. It names the place and the rule, and never repeats a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadJsonError {
    path: String,
    problem: String,
    is_json: bool,
}

impl ReadJsonError {
    /// Where, for example `grants[2].status`; empty for the whole body.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the body is JSON at all.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.is_json
    }
}

impl fmt::Display for ReadJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ReadJsonError {}

/// Reads a model. Nesting is bounded to 128 levels; the size of `json` is the caller's to bound.
///
/// ```
/// use alter_types::{UnifiedGrantListResult, read_json};
///
/// let page = br#"{"grants":[{"grant_kind":"oauth","grant_id":7}],"total":1}"#;
/// let error = read_json::<UnifiedGrantListResult>(page).expect_err("an id is text");
/// assert_eq!(error.to_string(), "grants[0].grant_id: expected a string");
/// ```
///
/// # Errors
/// [`ReadJsonError`] if it is not JSON, or not that model.
pub fn read_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, ReadJsonError> {
    serde_json::from_slice(json).map_err(|error| describe(json, &error))
}

fn describe(json: &[u8], error: &serde_json::Error) -> ReadJsonError {
    if error.classify() != Category::Data {
        let problem = format!("not valid JSON (line {}, column {})", error.line(), error.column());
        return ReadJsonError { path: String::new(), problem, is_json: false };
    }
    let path = path_at(json, offset(json, error.line(), error.column()));
    ReadJsonError { path, problem: problem(&error.to_string()), is_json: true }
}

/// The rule in serde's words, without the part that may repeat the value.
fn problem(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    let repeats = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if repeats.iter().any(|prefix| text.starts_with(prefix)) {
        return match text.rsplit_once(", expected ") {
            Some((_, rule)) => format!("expected {rule}"),
            None => "not a valid value".to_owned(),
        };
    }
    if text.starts_with("unknown field ") {
        return "unknown field".to_owned();
    }
    text.to_owned() // a missing or doubled field, or one of our own sentences
}

/// The byte that a position of serde_json stands for: lines from 1, columns in bytes.
fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let starts = json.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1)).unwrap_or(0);
    start + column
}

/// Where in a document the walk is.
enum Step {
    Key(String),
    Index(usize),
}

/// The path of the value that ends at `offset` or is the next to begin.
fn path_at(json: &[u8], offset: usize) -> String {
    let mut path: Vec<Step> = Vec::new();
    let mut at = 0;
    let mut expect_key = false;
    while let Some(byte) = json.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' if at > offset => break,
            b'{' => {
                path.push(Step::Key(String::new()));
                expect_key = true;
            }
            b'[' => {
                path.push(Step::Index(0));
                expect_key = false;
            }
            b'}' | b']' => {
                path.pop();
                expect_key = false;
                if at >= offset {
                    break;
                }
            }
            b',' => match path.last_mut() {
                Some(Step::Index(index)) => *index += 1,
                _ => expect_key = true,
            },
            b':' => expect_key = false,
            b'"' => {
                at = end_of_text(json, at);
                if expect_key {
                    if let Some(Step::Key(key)) = path.last_mut() {
                        let text = json.get(start + 1..at - 1).unwrap_or_default();
                        *key = String::from_utf8_lossy(text).into_owned();
                    }
                } else if at >= offset {
                    break;
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                let rest = json[at..].iter();
                at += rest
                    .take_while(|byte| !matches!(byte, b',' | b'}' | b']') && !byte.is_ascii_whitespace())
                    .count();
                if at >= offset {
                    break;
                }
            }
        }
    }
    shown(&path)
}

/// Behind the closing quote of the text that began before `at`.
fn end_of_text(json: &[u8], mut at: usize) -> usize {
    while let Some(byte) = json.get(at) {
        at += if *byte == b'\\' { 2 } else { 1 };
        if *byte == b'"' {
            break;
        }
    }
    at.min(json.len())
}

fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) if key.is_empty() => {}
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
        }
    }
    text.chars().filter(|character| !character.is_control()).take(MAX_PATH).collect()
}
