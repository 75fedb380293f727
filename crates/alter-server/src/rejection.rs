//! [`Rejection`]: the answer to a request that is not served, as a typed error body (`docs/protocol.md` 9).

use alter_types::ErrorCode;
use alter_vault::Refusal;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// A [`Refusal`] on its way out, whether the vault's or the HTTP face's own.
#[derive(Debug)]
pub(crate) struct Rejection(Refusal);

impl Rejection {
    /// A refusal by the HTTP face itself. The status comes from the code table.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Refusal::new(code, message))
    }

    /// The code in the body.
    pub(crate) fn code(&self) -> &ErrorCode {
        self.0.code()
    }

    /// Adds a field to the body.
    pub(crate) fn with(self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        Self(self.0.with(name, value))
    }

    /// The refusal, for the vault to record.
    pub(crate) fn into_refusal(self) -> Refusal {
        self.0
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        if let Some(cause) = self.0.internal() {
            // What went wrong inside stays inside: the peer gets the public sentence only.
            tracing::error!(code = %self.0.code(), cause, "request failed");
        }
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(self.0.body()).expect("an error body is plain JSON");
        let mut response = (status, body).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.extensions_mut().insert(RejectedWith(self.0.code().clone()));
        response
    }
}

/// Left on the response for the access log.
#[derive(Debug, Clone)]
pub(crate) struct RejectedWith(pub(crate) ErrorCode);
