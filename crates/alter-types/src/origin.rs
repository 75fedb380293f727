//! The `api_base_url` rule: a bare lower-case `https` origin, or nothing.

use serde::{Deserializer, Serializer};

use crate::lenient;

/// Longest origin that is kept, in characters.
const MAX_LENGTH: usize = 270;

/// Whether `text` is `https://` followed by DNS labels in lower case: no port, path, user or trailing dot.
///
/// ```
/// use alter_types::is_bare_https_origin;
///
/// assert!(is_bare_https_origin("https://acme.my.salesforce.com"));
/// assert!(!is_bare_https_origin("https://acme.example.com/"));
/// ```
#[must_use]
pub fn is_bare_https_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://") else { return false };
    text.len() <= MAX_LENGTH && host.split('.').all(is_label)
}

/// 1 to 63 characters of `a-z`, `0-9` and `-`, the ends alphanumeric.
fn is_label(label: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = label.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

/// For `#[serde(with = "origin")]`: everything that is not such an origin reads and writes as null.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(lenient::text_or_none(deserializer)?.filter(|text| is_bare_https_origin(text)))
}

pub(crate) fn serialize<S: Serializer>(origin: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match origin.as_deref().filter(|text| is_bare_https_origin(text)) {
        Some(origin) => serializer.serialize_str(origin),
        None => serializer.serialize_none(),
    }
}
