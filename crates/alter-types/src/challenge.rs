//! The `WWW-Authenticate` challenge of a provider (RFC 6750, `spec/wire.md` 7.5).

use std::collections::BTreeMap;

/// The parameters of the first challenge if its scheme is `Bearer`, in any case; names in lower case.
///
/// Reading stops at the first thing that is not a parameter and keeps what it has: a provider's header never fails
/// a call.
///
/// ```
/// let header = r#"Bearer error="insufficient_scope", scope="mail.read mail.send""#;
/// let challenge = alter_types::bearer_challenge(header);
/// assert_eq!(challenge["error"], "insufficient_scope");
/// ```
#[must_use]
pub fn bearer_challenge(header: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    let header = header.trim_start();
    let (scheme, mut rest) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return parameters;
    }
    while let Some((name, value, after)) = parameter(rest) {
        parameters.insert(name.to_ascii_lowercase(), value);
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next,
            None => break,
        }
    }
    parameters
}

/// `name = token` or `name = "quoted"`, and what follows it.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = token(text.trim_start())?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    if let Some((value, rest)) = rest.strip_prefix('"').and_then(quoted) {
        return Some((name, value, rest));
    }
    let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
    (end > 0).then(|| (name, rest[..end].to_owned(), &rest[end..]))
}

/// A token of RFC 9110 and what follows it.
fn token(text: &str) -> Option<(&str, &str)> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let end = text.bytes().position(|byte| !known(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The text up to the closing quote, backslashes resolved, and what follows it. `None` if it never closes.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[index + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}
