//! What a report keeps of a body: all of it, or a placeholder that states its size. Never a part.

use std::{borrow::Cow, time::Duration};

/// Greatest body a report keeps, in bytes.
pub const MAX_CAPTURED_BODY: usize = 10_000;

/// A response body as a report keeps it: the text, or a placeholder if it is longer than [`MAX_CAPTURED_BODY`] or
/// not UTF-8.
///
/// ```
/// use alter_types::captured_body;
///
/// assert_eq!(captured_body(b"{}"), "{}");
/// assert_eq!(captured_body(&[0xff; 3]), "<binary response: 3 bytes>");
/// assert_eq!(captured_body(&[b'a'; 10_001]), "<response too large: 10001 bytes>");
/// ```
#[must_use]
pub fn captured_body(body: &[u8]) -> Cow<'_, str> {
    if body.len() > MAX_CAPTURED_BODY {
        return format!("<response too large: {} bytes>", body.len()).into();
    }
    text_or(body, "response")
}

/// A raw request body as a report keeps it: the text, or a placeholder.
#[must_use]
pub fn captured_request_body(body: &[u8]) -> Cow<'_, str> {
    if body.len() > MAX_CAPTURED_BODY {
        return format!("<binary body: {} bytes>", body.len()).into();
    }
    text_or(body, "body")
}

fn text_or<'b>(body: &'b [u8], what: &str) -> Cow<'b, str> {
    match std::str::from_utf8(body) {
        Ok(text) => text.into(),
        Err(_) => format!("<binary {what}: {} bytes>", body.len()).into(),
    }
}

/// What stands in the place of a body when no answer came: after `timeout`, or because the connection failed.
#[must_use]
pub fn transport_failure(timeout: Option<Duration>) -> String {
    match timeout {
        Some(after) => format!("<transport error: timeout after {}ms>", after.as_millis()),
        None => "<transport error: network>".to_owned(),
    }
}
