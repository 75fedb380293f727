//! [`ErrorCode`]: the machine-readable word in an error body. Open: a word this release does not know survives.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// The `error` word of an error body, for example `grant_revoked`.
///
/// Known words are associated constants; compare with `==`. An unknown word is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(Cow<'static, str>);

impl ErrorCode {
    /// A word from the wire, known or not.
    #[must_use]
    pub fn new(word: impl Into<Cow<'static, str>>) -> Self {
        Self(word.into())
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! known_codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:literal;)*) => {
        impl ErrorCode {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($word));)*

            /// The HTTP status this code belongs on, or `None` for a word the table does not hold.
            ///
            /// The status matters: official SDKs pick the error class by both (`spec/wire.md` 9.4).
            #[must_use]
            pub fn status(&self) -> Option<u16> {
                match self.as_str() {
                    $($word => Some($status),)*
                    _ => None,
                }
            }
        }
    };
}

known_codes! {
    /// The API key is unknown.
    INVALID_KEY = "invalid_key", 401;
    /// The API key was revoked.
    KEY_REVOKED = "key_revoked", 401;
    /// The API key is past its expiry.
    KEY_EXPIRED = "key_expired", 401;
    /// The signature does not cover this request, is missing, stale or was used before.
    INVALID_SIGNATURE = "invalid_signature", 401;
    /// The timestamp is outside the window.
    STALE_TIMESTAMP = "stale_timestamp", 401;
    /// The nonce was used before.
    REPLAYED_NONCE = "replayed_nonce", 401;
    /// The key lacks a scope the route needs.
    INSUFFICIENT_SCOPE = "insufficient_scope", 403;
    /// No such grant, or not one the caller can see.
    GRANT_NOT_FOUND = "grant_not_found", 404;
    /// The grant was revoked.
    GRANT_REVOKED = "grant_revoked", 403;
    /// The grant is past its time to live.
    GRANT_EXPIRED = "grant_expired", 403;
    /// The credential behind the grant no longer works.
    CREDENTIAL_REVOKED = "credential_revoked", 403;
    /// More than one grant matches.
    AMBIGUOUS_GRANT = "ambiguous_grant", 409;
    /// A rule forbids the use.
    POLICY_DENIED = "policy_denied", 403;
    /// The URL is not one this grant may reach.
    HOST_NOT_ALLOWED = "host_not_allowed", 403;
    /// The vault never connects there.
    BLOCKED_DESTINATION = "blocked_destination", 422;
    /// The body or a parameter is malformed.
    INVALID_REQUEST = "invalid_request", 422;
    /// The body is not JSON.
    MALFORMED_JSON = "malformed_json", 400;
    /// The body is larger than the route accepts.
    BODY_TOO_LARGE = "body_too_large", 413;
    /// No such route.
    NOT_FOUND = "not_found", 404;
    /// The route exists, but not with this method.
    METHOD_NOT_ALLOWED = "method_not_allowed", 405;
    /// The provider could not be reached.
    PROVIDER_UNREACHABLE = "provider_unreachable", 502;
    /// The provider did not answer in time.
    PROVIDER_TIMEOUT = "provider_timeout", 504;
    /// The vault cannot serve the request now.
    SERVICE_UNAVAILABLE = "service_unavailable", 503;
    /// The vault failed.
    INTERNAL_ERROR = "internal_error", 500;
}
