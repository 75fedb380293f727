//! Sign-in sessions and the check of a user token.

use serde::{Deserialize, Serialize};

use crate::{Secret, Timestamp, expose_in_json, strict};

/// Answer 201 of `POST /sdk/auth/session`. Both the token and the URL let whoever holds them finish the flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthSession {
    /// Polls the session. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub session_token: Secret,
    /// Where to send the person; carries the session as its state. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub auth_url: Secret,
    /// Seconds it lives; may be negative.
    pub expires_in: i64,
    /// When it ends, as text. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub expires_at: String,
}

impl AuthSession {
    /// A session that lives until `expires_at`, which is `expires_in` seconds away.
    #[must_use]
    pub fn new(session_token: Secret, auth_url: Secret, expires_in: i64, expires_at: Timestamp) -> Self {
        Self { session_token, auth_url, expires_in, expires_at: expires_at.to_string() }
    }
}

/// Body of `POST /sdk/auth/verify-token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyTokenRequest {
    /// The user token to check. Not blank.
    #[serde(serialize_with = "expose_in_json")]
    pub token: Secret,
}

impl VerifyTokenRequest {
    /// Asks about that token.
    #[must_use]
    pub fn new(token: Secret) -> Self {
        Self { token }
    }
}

/// Answer of `POST /sdk/auth/verify-token`. Anything else means: not verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// The subject of the token. Not blank.
    pub sub: String,
}

impl VerifiedToken {
    /// A token of that subject.
    #[must_use]
    pub fn new(sub: impl Into<String>) -> Self {
        Self { sub: sub.into() }
    }
}
