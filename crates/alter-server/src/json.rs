//! Reading a JSON body into a type, with errors that name the field and never repeat the value; and writing one.

use alter_types::{ErrorCode, read_json};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};

use crate::rejection::Rejection;

/// Reads a body. An empty one counts as `{}`.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    let body = if body.is_empty() { b"{}" } else { body };
    // A derived reader also takes an array for a struct; the protocol knows objects only.
    if body.trim_ascii_start().starts_with(b"[") {
        let message = "The request is not valid: the body has to be a JSON object.";
        return Err(Rejection::new(ErrorCode::INVALID_REQUEST, message));
    }
    read_json(body).map_err(|error| {
        if error.is_json() {
            Rejection::new(ErrorCode::INVALID_REQUEST, format!("The request is not valid: {error}."))
        } else {
            Rejection::new(ErrorCode::MALFORMED_JSON, format!("The body is {error}."))
        }
    })
}

/// A JSON answer.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) StatusCode, pub(crate) T);

impl<T> Json<T> {
    pub(crate) fn ok(value: T) -> Self {
        Self(StatusCode::OK, value)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.1) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                (self.0, [(header::CONTENT_TYPE, json)], body).into_response()
            }
            Err(_) => {
                Rejection::new(ErrorCode::INTERNAL_ERROR, "The answer could not be written.").into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alter_types::{ListGrantsRequest, TokenRequest};

    use super::read;

    fn sentence<T: serde::de::DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
        format!("{:?}", read::<T>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn an_error_names_the_field_and_never_the_value() {
        let wrong = sentence::<ListGrantsRequest>(r#"{"limit":"canary-value"}"#);
        assert!(wrong.contains("limit: expected"), "{wrong}");
        let nested =
            sentence::<TokenRequest>(r#"{"grant_id":"canary-value","request":{"method":"GET","url":"u"}}"#);
        assert!(nested.contains("grant_id"), "{nested}");
        let missing = sentence::<TokenRequest>(r#"{"provider_id":"github"}"#);
        assert!(missing.contains("missing field `request`"), "{missing}");
        for text in [wrong, nested, missing] {
            assert!(!text.contains("canary-value"), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_told_apart_from_what_is_not_valid() {
        assert!(sentence::<ListGrantsRequest>(r#"{"limit":1"#).contains("malformed_json"));
        assert!(sentence::<ListGrantsRequest>("{} {}").contains("malformed_json"));
        assert!(sentence::<ListGrantsRequest>("[1, 2]").contains("JSON object"));
        assert!(read::<ListGrantsRequest>(b"").is_ok());
    }
}
