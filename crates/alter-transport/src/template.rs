//! URL templates: `{name}` becomes the encoded value of that name. Parsing the result is the caller's next step.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::layer::egress::is_dot_segment;

/// Everything but the unreserved characters of RFC 3986: a value stays inside its place.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why a template does not become a URL. No value is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A brace that belongs to no placeholder.
    #[error("the URL contains a brace that is no placeholder; write %7B and %7D for braces")]
    Brace,
    /// A placeholder without a value.
    #[error("the URL's placeholder {{{0}}} has no value")]
    NoValue(String),
    /// A value that would leave its place in the path.
    #[error("a path value makes a segment `.` or `..`, which would leave its place in the URL")]
    DotSegment,
}

/// Fills the placeholders of `template`. Braces mean nothing else; the last value of a name counts.
///
/// ```
/// use alter_transport::template::expand;
///
/// let values = [("id".to_owned(), "a/b".to_owned())];
/// assert_eq!(expand("https://api.example.com/users/{id}", &values)?, "https://api.example.com/users/a%2Fb");
/// # Ok::<(), alter_transport::template::TemplateError>(())
/// ```
///
/// # Errors
/// [`TemplateError`] for a stray brace, a placeholder without a value, or a value that makes a dot segment, alone
/// or with its neighbours.
pub fn expand(template: &str, values: &[(String, String)]) -> Result<String, TemplateError> {
    let mut expanded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find(['{', '}']) {
        let (before, from_brace) = rest.split_at(start);
        expanded.push_str(before);
        let placeholder = from_brace.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let Some((name, after)) = placeholder.filter(|(name, _)| is_name(name)) else {
            return Err(TemplateError::Brace);
        };
        let Some((_, given)) = values.iter().rev().find(|(known, _)| known == name) else {
            return Err(TemplateError::NoValue(name.to_owned()));
        };
        expanded.extend(utf8_percent_encode(given, RESERVED));
        rest = after;
    }
    expanded.push_str(rest);
    // Values next to each other, or next to a dot of the template, must not form a dot segment either.
    let path = expanded.split(['?', '#']).next().unwrap_or_default();
    if !values.is_empty() && path.split('/').any(is_dot_segment) {
        return Err(TemplateError::DotSegment);
    }
    Ok(expanded)
}

/// Whether `name` can stand in a placeholder: a letter or `_`, then letters, digits and `_`, ASCII only.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
