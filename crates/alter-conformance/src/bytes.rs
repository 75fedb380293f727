//! Bytes as vectors write them: as text, or in base64 where they are not text.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The body of a vector: `body_utf8` or `body_b64`, `$bytes_utf8` or `$bytes_b64`, or nothing.
pub(crate) fn of(value: &Value) -> Result<Vec<u8>, base64::DecodeError> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| value.get(name)?.as_str());
    match (text(["body_utf8", "$bytes_utf8"]), text(["body_b64", "$bytes_b64"])) {
        (Some(text), _) => Ok(text.as_bytes().to_vec()),
        (None, Some(encoded)) => STANDARD.decode(encoded),
        (None, None) => Ok(Vec::new()),
    }
}
