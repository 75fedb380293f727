//! Names of the protocol's request headers. Lower case, as HTTP/2 requires; HTTP/1.1 compares without case.

use http::HeaderName;

/// The API key itself.
pub const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Unix seconds, decimal.
pub const X_ALTER_TIMESTAMP: HeaderName = HeaderName::from_static("x-alter-timestamp");
/// 32 lower-case hex digits.
pub const X_ALTER_NONCE: HeaderName = HeaderName::from_static("x-alter-nonce");
/// Lower-case hex SHA-256 of the body.
pub const X_ALTER_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-alter-content-sha256");
/// The signature, lower-case hex.
pub const X_ALTER_SIGNATURE: HeaderName = HeaderName::from_static("x-alter-signature");
/// The same signature again when an actor header is bound.
pub const X_ALTER_SIGNATURE_V2: HeaderName = HeaderName::from_static("x-alter-signature-v2");
/// Caller label.
pub const X_ALTER_CALLER: HeaderName = HeaderName::from_static("x-alter-caller");
/// `agent` or `service`.
pub const X_ALTER_CALLER_TYPE: HeaderName = HeaderName::from_static("x-alter-caller-type");
/// The actor UUID an earlier answer named.
pub const X_ALTER_ACTOR_ID: HeaderName = HeaderName::from_static("x-alter-actor-id");
/// Audit context, compact JSON.
pub const X_ALTER_CONTEXT: HeaderName = HeaderName::from_static("x-alter-context");
/// Key scopes of a narrowed client.
pub const X_ALTER_SCOPE_CONSTRAINTS: HeaderName = HeaderName::from_static("x-alter-scope-constraints");
/// Request rule of a narrowed client.
pub const X_ALTER_REQUEST_RULE: HeaderName = HeaderName::from_static("x-alter-request-rule");

/// Whether the signer owns this header: nobody else may set it on a backend request.
#[must_use]
pub fn is_reserved(name: &HeaderName) -> bool {
    name == X_API_KEY || name.as_str().starts_with("x-alter-")
}
