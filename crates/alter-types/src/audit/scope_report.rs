//! The report that a provider asked for more scopes (`POST /sdk/grants/{id}/report-scope-mismatch`, `docs/protocol.md`
//! 6.8).

use serde::{Deserialize, Serialize};

const MAX_SCOPES: usize = 50;
const MAX_SCOPE: usize = 256;
const MAX_CHALLENGE: usize = 4_096;
const MAX_ENDPOINT: usize = 2_048;

/// A provider's 403 with an `insufficient_scope` challenge. Every text is cut to its bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScopeMismatchReport {
    /// Always 403.
    pub provider_status_code: u16,
    /// Always `insufficient_scope`.
    pub provider_error_code: String,
    /// The scopes the challenge names, at most 50 of at most 256 characters; `None` if it names none.
    pub missing_scopes: Option<Vec<String>>,
    /// The challenge, at most 4,096 characters.
    pub raw_www_authenticate: String,
    /// The URL that was called, at most 2,048 characters.
    pub api_endpoint: String,
    /// Always `www_authenticate_rfc6750`.
    pub detection_source: String,
    /// A fresh id that ties this report to the caller's own log.
    pub sdk_correlation_id: String,
}

impl ScopeMismatchReport {
    /// A report of that challenge.
    #[must_use]
    pub fn new(
        missing_scopes: Option<&[String]>,
        challenge: &str,
        endpoint: &str,
        correlation_id: String,
    ) -> Self {
        Self {
            provider_status_code: 403,
            provider_error_code: "insufficient_scope".to_owned(),
            missing_scopes: missing_scopes
                .map(|scopes| scopes.iter().take(MAX_SCOPES).map(|s| cut(s, MAX_SCOPE)).collect()),
            raw_www_authenticate: cut(challenge, MAX_CHALLENGE),
            api_endpoint: cut(endpoint, MAX_ENDPOINT),
            detection_source: "www_authenticate_rfc6750".to_owned(),
            sdk_correlation_id: correlation_id,
        }
    }
}

/// At most `most` characters of the text.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
