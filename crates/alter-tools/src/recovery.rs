//! [`ToolRecovery`]: what a person can do so that the tool works. Made of our own sentences and a link, never of the
//! text of an error.

use std::fmt;

use alter_client::{
    Error, ErrorKind, Secret,
    types::{error::BackendKind, expose_optional_in_json},
};
use serde::Serialize;

/// What has to be done, by a person, before the tool can be used again. It serialises to the JSON object a tool answers
/// with, link included; [`text`](Self::text) is the same for frameworks whose tools answer with text. `Debug` and `Display`
/// leave the link out, for logs.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ToolRecovery {
    /// What is missing, as a word.
    pub error: RecoveryKind,
    /// What is missing, as a sentence.
    pub message: String,
    /// Where a person repairs it. Whoever holds the link can. `None` if there is no such place, or none could be made.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub connect_url: Option<Secret>,
    /// Between which accounts to choose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecoveryKind {
    /// Nobody connected the provider, or not for this agent.
    AuthorizationRequired,
    /// It was connected, and has to be connected again.
    ReauthorizationRequired,
    /// It is connected with fewer scopes than the call needs.
    ScopeReauthRequired,
    /// Several accounts are connected, and one has to be named.
    AmbiguousGrant,
}

impl RecoveryKind {
    /// What a person can repair of `error`, if they can.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        let kind = error.kind();
        if let Error::Backend(backend) = error
            && matches!(backend.kind(), BackendKind::AmbiguousGrant(_))
        {
            return Some(Self::AmbiguousGrant);
        }
        if kind.is(ErrorKind::ScopeReauthRequired) {
            return Some(Self::ScopeReauthRequired);
        }
        if kind.is(ErrorKind::GrantNotFound)
            || kind.is(ErrorKind::NoDelegatedGrant)
            || kind.is(ErrorKind::AgentDelegationMissing)
        {
            return Some(Self::AuthorizationRequired);
        }
        let again = error.is_reauth_required() || kind.is(ErrorKind::ProviderUnauthorized);
        again.then_some(Self::ReauthorizationRequired)
    }
}

impl ToolRecovery {
    pub(crate) fn new(error: RecoveryKind, provider: &str, cause: &Error) -> Self {
        let message = match error {
            RecoveryKind::AuthorizationRequired => {
                format!("No {provider} account is connected for this. Somebody has to connect one first.")
            }
            RecoveryKind::ReauthorizationRequired => {
                format!("The {provider} account has to be connected again before it can be used.")
            }
            RecoveryKind::ScopeReauthRequired => {
                format!("The {provider} account is connected without a permission that this needs.")
            }
            RecoveryKind::AmbiguousGrant => {
                format!("Several {provider} accounts are connected. Say which one to use.")
            }
        };
        Self { error, message, connect_url: None, accounts: accounts(cause) }
    }
}

impl ToolRecovery {
    /// What a tool answers with, as text: the sentence, the accounts, the link.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.connect_url {
            Some(url) => format!("{self} Link: {}", url.expose()),
            None => self.to_string(),
        }
    }
}

fn accounts(cause: &Error) -> Vec<String> {
    let Error::Backend(backend) = cause else { return Vec::new() };
    match backend.kind() {
        BackendKind::AmbiguousGrant(ambiguous) => ambiguous.account_identifiers.clone(),
        _ => Vec::new(),
    }
}

impl fmt::Display for ToolRecovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.accounts.is_empty() { Ok(()) } else { write!(f, " Accounts: {}.", self.accounts.join(", ")) }
    }
}
