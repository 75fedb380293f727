//! [`Rejection`]: the answer to a request that is not served, as a typed error body (`spec/wire.md` 9).

use alter_types::{ErrorBody, ErrorCode};
use alter_vault::Refusal;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// A refusal on its way out: a status and a body with a code and a sentence.
#[derive(Debug)]
pub(crate) struct Rejection {
    status: StatusCode,
    body: ErrorBody,
}

impl Rejection {
    /// A refusal by the HTTP face itself. The status comes from the code table.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let status = code.status().and_then(|s| StatusCode::from_u16(s).ok());
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            body: ErrorBody::new(code, message),
        }
    }

    /// The code in the body.
    pub(crate) fn code(&self) -> &ErrorCode {
        &self.body.error
    }

    /// Adds a field to the body.
    pub(crate) fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.body = self.body.with(name, value);
        self
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        if let Some(internal) = refusal.internal() {
            // What went wrong inside stays inside: the peer gets the public sentence only.
            tracing::error!(code = %refusal.code(), cause = internal, "request failed");
        }
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, body: refusal.into_body() }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body).expect("an error body is plain JSON");
        let mut response = (self.status, body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.extensions_mut().insert(RejectedWith(self.body.error));
        response
    }
}

/// Left on the response for the access log.
#[derive(Debug, Clone)]
pub(crate) struct RejectedWith(pub(crate) ErrorCode);
