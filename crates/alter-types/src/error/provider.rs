//! [`ProviderError`]: the provider answered, with an error status.

use super::{ErrorKind, head::payload};

payload! {
    /// The provider answered with an error status (400 and above).
    ProviderError(ProviderKind) => Provider
}

/// What the provider's refusal means for the grant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderKind {
    /// An error like any other.
    Other,
    /// The grant lacks scopes the call needs.
    ScopeReauthRequired(ProviderGrant),
    /// The provider refused the credential.
    Unauthorized(ProviderGrant),
}

/// The grant a provider refusal is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ProviderGrant {
    /// The grant.
    pub grant_id: Option<String>,
    /// The provider.
    pub provider_id: Option<String>,
    /// Scopes that are missing, where the provider named them.
    pub missing_scopes: Option<Vec<String>>,
}

impl ProviderKind {
    pub(crate) fn as_error_kind(&self) -> ErrorKind {
        match self {
            Self::Other => ErrorKind::ProviderApi,
            Self::ScopeReauthRequired(_) => ErrorKind::ScopeReauthRequired,
            Self::Unauthorized(_) => ErrorKind::ProviderUnauthorized,
        }
    }

    pub(crate) fn grant(&self) -> Option<&ProviderGrant> {
        match self {
            Self::Other => None,
            Self::ScopeReauthRequired(grant) | Self::Unauthorized(grant) => Some(grant),
        }
    }
}

impl ProviderError {
    /// Keeps the provider's body as text, at most 10,000 bytes of it or a placeholder (see
    /// [`captured_body`](crate::captured_body)). It stays out of `Display` and `Debug`.
    #[must_use]
    pub fn with_response_body(self, body: String) -> Self {
        self.with_detail(RESPONSE_BODY, body)
    }

    /// The provider's body as it was captured. Foreign text: do not log it.
    #[must_use]
    pub fn response_body(&self) -> Option<&str> {
        self.details().get(RESPONSE_BODY)?.as_str()
    }
}

const RESPONSE_BODY: &str = "response_body";
