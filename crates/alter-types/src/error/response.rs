//! [`ErrorResponse`] and its normalised body: reading an answer that is not a success.

use serde_json::{Map, Value};

use super::fields;

/// Greatest error body that is looked into, in bytes. A longer one counts as not JSON.
pub const MAX_ERROR_BODY: usize = 1 << 20;

/// The parts of an error answer that matter, borrowed from wherever they arrived.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ErrorResponse<'a> {
    /// HTTP status.
    pub status: u16,
    /// The body as it came, JSON or not.
    pub body: &'a [u8],
    /// The `Retry-After` header.
    pub retry_after: Option<&'a str>,
    /// The `X-Request-ID` header.
    pub request_id: Option<&'a str>,
}

impl<'a> ErrorResponse<'a> {
    /// An answer without the two headers.
    #[must_use]
    pub fn new(status: u16, body: &'a [u8]) -> Self {
        Self { status, body, retry_after: None, request_id: None }
    }

    /// With its `Retry-After` header.
    #[must_use]
    pub fn with_retry_after(self, retry_after: Option<&'a str>) -> Self {
        Self { retry_after, ..self }
    }

    /// With its `X-Request-ID` header.
    #[must_use]
    pub fn with_request_id(self, request_id: Option<&'a str>) -> Self {
        Self { request_id, ..self }
    }
}

impl std::fmt::Debug for ErrorResponse<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErrorResponse")
            .field("status", &self.status)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .field("retry_after", &self.retry_after)
            .field("request_id", &self.request_id)
            .finish()
    }
}

/// An error body in its one normal form (`docs/protocol.md` 9.1).
pub(crate) struct NormalBody {
    /// False when the bytes are not JSON at all.
    pub(crate) is_json: bool,
    /// The object, or the object under `detail`, with `status_code` added.
    pub(crate) object: Map<String, Value>,
}

impl NormalBody {
    pub(crate) fn read(response: &ErrorResponse<'_>) -> Self {
        let parsed = (response.body.len() <= MAX_ERROR_BODY)
            .then(|| serde_json::from_slice::<Value>(response.body).ok())
            .flatten();
        let is_json = parsed.is_some();
        let mut object = match parsed {
            Some(Value::Object(mut object)) => match object.get_mut("detail").map(Value::take) {
                Some(Value::Object(inner)) => inner,
                Some(other) => {
                    object.insert("detail".to_owned(), other);
                    object
                }
                None => object,
            },
            _ => Map::new(),
        };
        object.insert("status_code".to_owned(), response.status.into());
        Self { is_json, object }
    }

    /// The machine-readable word. An empty one counts as none.
    pub(crate) fn code(&self) -> Option<String> {
        fields::filled_text(&self.object, "error")
    }

    /// The sentence for people, if the body has one that is a non-empty text.
    pub(crate) fn message(&self) -> Option<String> {
        fields::filled_text(&self.object, "message")
    }
}
