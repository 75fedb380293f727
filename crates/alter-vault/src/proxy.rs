//! The vault's side of proxy mode: a use is begun before the call, and its outcome recorded after it.

use crate::{ApprovalRecord, FrozenCall};
use alter_types::{AddressedGrant, AppId, ApprovalGroupId, Secret, TokenWire};
use serde_json::Value;

/// A call the server wants to make with a credential.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProxyUse {
    /// The grant to use.
    pub grant: AddressedGrant,
    /// HTTP method.
    pub method: String,
    /// The URL that will be called. Its query is not recorded.
    pub url: String,
    /// Why, for the audit trail.
    pub reason: Option<String>,
    /// The end user's JWT.
    pub user_token: Option<Secret>,
    /// The JSON body, for rules that ask what is in it.
    pub body: Option<Value>,
}

impl ProxyUse {
    /// A call without reason and user token.
    #[must_use]
    pub fn new(grant: AddressedGrant, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { grant, method: method.into(), url: url.into(), reason: None, user_token: None, body: None }
    }
}

/// What became of the wish to make a call.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProxyDecision {
    /// It may be made now.
    Go(ProxyTicket),
    /// It is frozen until people have agreed.
    Held(ApprovalRecord),
}

/// A frozen call that everyone agreed to, and permission to make it now. Nobody else gets this permission.
#[derive(Debug)]
#[non_exhaustive]
pub struct ApprovedCall {
    /// The approval it was held under.
    pub approval: ApprovalGroupId,
    /// Its application.
    pub app: AppId,
    /// The permission, already on record.
    pub ticket: ProxyTicket,
    /// The call as it was frozen.
    pub call: FrozenCall,
}

/// Names the audit row a proxied call began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProxyTicketId(pub(crate) i64);

impl ProxyTicketId {
    /// The audit row's number.
    #[must_use]
    pub fn audit_seq(self) -> i64 {
        self.0
    }
}

/// Permission for one call, already on record, with the credential to make it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProxyTicket {
    /// For [`Vault::finish_proxy`](crate::Vault::finish_proxy).
    pub id: ProxyTicketId,
    /// The credential and where it goes.
    pub credential: TokenWire,
}

/// How a proxied call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyOutcome {
    /// The provider's status; `None` when no answer came.
    pub status: Option<u16>,
    /// Milliseconds from sending to the end of the body.
    pub duration_ms: u64,
    /// What went wrong, as an error code such as `provider_timeout`.
    pub error: Option<String>,
}

impl ProxyOutcome {
    /// The provider answered.
    #[must_use]
    pub fn answered(status: u16, duration_ms: u64) -> Self {
        Self { status: Some(status), duration_ms, error: None }
    }

    /// No answer came.
    #[must_use]
    pub fn failed(error: impl Into<String>, duration_ms: u64) -> Self {
        Self { status: None, duration_ms, error: Some(error.into()) }
    }
}
