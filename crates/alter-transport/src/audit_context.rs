//! [`AuditContext`]: the caller's own labels for the audit trail, in the one encoding that travels.

use std::fmt::Write as _;

/// Labels that a call leaves in the audit trail: `run_id`, `ticket` and the like.
///
/// At most 20 keys of 64 characters with values of 512, and 4,096 characters once encoded (`docs/protocol.md` 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditContext {
    labels: Vec<(String, String)>,
    encoded: String,
}

/// Why labels were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditContextError {
    /// More than 20 keys.
    #[error("audit context: at most 20 keys")]
    TooManyKeys,
    /// A key is longer than 64 characters.
    #[error("audit context: a key has at most 64 characters")]
    KeyTooLong,
    /// A value is longer than 512 characters.
    #[error("audit context: a value has at most 512 characters")]
    ValueTooLong,
    /// The encoded text is longer than 4,096 characters.
    #[error("audit context: at most 4096 characters once encoded as JSON")]
    TooLong,
}

impl AuditContext {
    /// Checks and encodes `labels`, in their order. Of a key that is there twice the last value counts, in the place
    /// of the first. `None` for none.
    ///
    /// # Errors
    /// [`AuditContextError`] if a limit is exceeded.
    pub fn new(
        labels: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Option<Self>, AuditContextError> {
        let mut distinct: Vec<(String, String)> = Vec::new();
        for (key, value) in labels {
            if let Some(label) = distinct.iter_mut().find(|(known, _)| *known == key) {
                label.1 = value;
            } else if distinct.len() < MOST_KEYS {
                distinct.push((key, value));
            } else {
                return Err(AuditContextError::TooManyKeys);
            }
        }
        let labels = distinct;
        if labels.is_empty() {
            return Ok(None);
        }
        if labels.iter().any(|(key, _)| key.chars().count() > 64) {
            return Err(AuditContextError::KeyTooLong);
        }
        if labels.iter().any(|(_, value)| value.chars().count() > 512) {
            return Err(AuditContextError::ValueTooLong);
        }
        let encoded = encode(&labels);
        if encoded.len() > 4096 {
            return Err(AuditContextError::TooLong);
        }
        Ok(Some(Self { labels, encoded }))
    }

    /// The labels, in their order.
    #[must_use]
    pub fn labels(&self) -> &[(String, String)] {
        &self.labels
    }

    /// Compact JSON in pure ASCII, as it goes into `X-Alter-Context`.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}

/// Labels of one context.
const MOST_KEYS: usize = 20;

fn encode(labels: &[(String, String)]) -> String {
    let mut out = String::from("{");
    for (index, (key, value)) in labels.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_ascii_json(&mut out, key);
        out.push(':');
        push_ascii_json(&mut out, value);
    }
    out.push('}');
    out
}

/// A JSON string with everything outside printable ASCII as `\uXXXX`; the header can carry nothing else.
fn push_ascii_json(out: &mut String, text: &str) {
    out.push('"');
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'"') => out.push_str("\\\""),
            Ok(b'\\') => out.push_str("\\\\"),
            Ok(byte @ 0x20..=0x7e) => out.push(char::from(byte)),
            _ => write!(out, "\\u{unit:04x}").expect("writing to a String does not fail"),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_encoding_is_ascii_and_reads_back() {
        let labels = BTreeMap::from([("tïcket".to_owned(), "a\"b\\c\n😀".to_owned())]);
        let context = AuditContext::new(labels.clone()).unwrap().unwrap();
        assert!(context.encoded().is_ascii());
        assert_eq!(serde_json::from_str::<BTreeMap<String, String>>(context.encoded()).unwrap(), labels);
    }

    #[test]
    fn limits_are_inclusive() {
        let one = |key: usize, value: usize| AuditContext::new([("k".repeat(key), "v".repeat(value))]);
        assert!(one(64, 512).is_ok());
        assert_eq!(one(65, 1), Err(AuditContextError::KeyTooLong));
        assert_eq!(one(1, 513), Err(AuditContextError::ValueTooLong));
        assert_eq!(AuditContext::new([]), Ok(None));
    }

    #[test]
    fn labels_keep_their_order_and_the_last_value() {
        let labels = [("b", "1"), ("a", "2"), ("b", "3")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(AuditContext::new(labels).unwrap().unwrap().encoded(), r#"{"b":"3","a":"2"}"#);
        let many = |n: u32| AuditContext::new((0..n).map(|i| (i.to_string(), String::new())));
        assert!(many(20).is_ok());
        assert_eq!(many(21), Err(AuditContextError::TooManyKeys));
    }
}
