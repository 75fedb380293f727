//! [`BackendError`]: the vault answered and said no, or answered outside its contract.

use super::{
    AmbiguousGrant, CredentialChoice, ErrorKind, GrantContext, InsufficientScope, RateLimited,
    RevokedCredential, head::payload,
};

payload! {
    /// A refusal by the backend, or an answer outside its contract.
    BackendError(BackendKind) => Backend
}

/// Why the backend refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackendKind {
    /// None of the finer kinds. Do not match this to recognise a code: match
    /// [`AlterError::code`](super::AlterError::code), which stays when the code gets a kind of its own.
    Other,
    /// The vault never connects to that destination.
    BlockedDestination,
    /// The person has to sign in or connect again.
    ReAuth(ReAuthKind),
    /// Nothing the caller can see answers to that address.
    GrantNotFound(GrantContext),
    /// The agent can use no such grant; it may exist without being delegated to it.
    AgentDelegationMissing(GrantContext),
    /// More than one grant matches.
    AmbiguousGrant(AmbiguousGrant),
    /// The agent holds neither a delegation nor a grant for the provider.
    NoDelegatedGrant(GrantContext),
    /// A rule forbids the use.
    Policy(PolicyViolation),
    /// The grant works in proxy mode only; `details.error` says which restriction asks for that.
    RestrictedGrantRequiresProxy,
    /// The grant may not be passed on, and why, if the backend said so.
    GrantNotDelegable {
        /// `no_consenting_user`, `holder_not_delegable`, `ceiling_off`, `no_onward_hop`, `not_requested`, …
        detail_reason: Option<String>,
    },
    /// The backend is too old for this.
    ServerFeatureUnsupported {
        /// The missing feature.
        feature: Option<String>,
    },
    /// Another grant on the same credential has that label.
    SiblingLabelConflict {
        /// The label.
        label: Option<String>,
    },
    /// The provider holds several credentials; choose one.
    CredentialIdRequired {
        /// The choices.
        credentials: Vec<CredentialChoice>,
    },
    /// The credential is an end user's own.
    EndUserCredentialNotAssignable,
    /// The API key lacks a scope.
    InsufficientScope(InsufficientScope),
    /// The credential is being refreshed.
    TokenRefreshInProgress {
        /// The grant whose credential it is.
        grant_id: Option<String>,
    },
    /// A usage quota is used up.
    QuotaExceeded {
        /// Seconds until the window resets, at most 31 days.
        retry_after: Option<u64>,
    },
    /// Too many requests.
    RateLimit(RateLimited),
    /// A managed agent or an API key is not in the state the call needs.
    Agent {
        /// The kind, one of the [`ErrorKind::Agent`] family.
        kind: ErrorKind,
        /// What to do about it, in the backend's words.
        hint: Option<String>,
    },
}

/// Why the person has to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReAuthKind {
    /// The user token is not valid any more.
    UserToken,
    /// The grant is past its time to live.
    GrantExpired(GrantContext),
    /// The grant was revoked.
    GrantRevoked {
        /// The grant.
        grant_id: Option<String>,
    },
    /// The credential behind the grant no longer works.
    CredentialRevoked(RevokedCredential),
    /// The grant is gone for good.
    GrantDeleted,
}

/// A rule that forbids the use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyViolation {
    /// The backend's word for the rule.
    pub policy_error: Option<String>,
    /// What would satisfy it.
    pub demand: PolicyDemand,
}

impl PolicyViolation {
    /// A violation of the rule called `policy_error`, with what would satisfy it.
    #[must_use]
    pub fn new(policy_error: Option<String>, demand: PolicyDemand) -> Self {
        Self { policy_error, demand }
    }
}

/// What would satisfy a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyDemand {
    /// Nothing the caller can do in this call.
    Refused,
    /// A user session that was authenticated recently.
    StepUp {
        /// The greatest age of the session, in seconds.
        max_session_age_seconds: Option<i64>,
    },
    /// A redaction that could not be applied.
    Redaction,
}

impl BackendKind {
    pub(crate) fn as_error_kind(&self) -> ErrorKind {
        match self {
            Self::Other => ErrorKind::Backend,
            Self::BlockedDestination => ErrorKind::BlockedDestination,
            Self::ReAuth(kind) => match kind {
                ReAuthKind::UserToken => ErrorKind::ReAuthRequired,
                ReAuthKind::GrantExpired(_) => ErrorKind::GrantExpired,
                ReAuthKind::GrantRevoked { .. } => ErrorKind::GrantRevoked,
                ReAuthKind::CredentialRevoked(_) => ErrorKind::CredentialRevoked,
                ReAuthKind::GrantDeleted => ErrorKind::GrantDeleted,
            },
            Self::GrantNotFound(_) => ErrorKind::GrantNotFound,
            Self::AgentDelegationMissing(_) => ErrorKind::AgentDelegationMissing,
            Self::AmbiguousGrant(_) => ErrorKind::AmbiguousGrant,
            Self::NoDelegatedGrant(_) => ErrorKind::NoDelegatedGrant,
            Self::Policy(violation) => match violation.demand {
                PolicyDemand::Refused => ErrorKind::PolicyViolation,
                PolicyDemand::StepUp { .. } => ErrorKind::StepUpRequired,
                PolicyDemand::Redaction => ErrorKind::RedactDischargeFailed,
            },
            Self::RestrictedGrantRequiresProxy => ErrorKind::RestrictedGrantRequiresProxy,
            Self::GrantNotDelegable { .. } => ErrorKind::GrantNotDelegable,
            Self::ServerFeatureUnsupported { .. } => ErrorKind::ServerFeatureUnsupported,
            Self::SiblingLabelConflict { .. } => ErrorKind::SiblingLabelConflict,
            Self::CredentialIdRequired { .. } => ErrorKind::CredentialIdRequired,
            Self::EndUserCredentialNotAssignable => ErrorKind::EndUserCredentialNotAssignable,
            Self::InsufficientScope(_) => ErrorKind::InsufficientScope,
            Self::TokenRefreshInProgress { .. } => ErrorKind::TokenRefreshInProgress,
            Self::QuotaExceeded { .. } => ErrorKind::QuotaExceeded,
            Self::RateLimit(_) => ErrorKind::RateLimit,
            Self::Agent { kind, .. } => *kind,
        }
    }
}

impl BackendError {
    /// The same refusal of a request that asked for `label`: a conflict that does not say which label it is about
    /// is about that one. Any other error is returned as it is.
    #[must_use]
    pub fn about_label(mut self, asked_for: &str) -> Self {
        if let BackendKind::SiblingLabelConflict { label } = &mut self.kind {
            label.get_or_insert_with(|| asked_for.to_owned());
        }
        self
    }

    /// The same refusal seen by an agent: a grant that was not found may merely not be delegated to it. Any other
    /// error is returned as it is.
    #[must_use]
    pub fn seen_by_agent(mut self) -> Self {
        if let BackendKind::GrantNotFound(context) = &mut self.kind {
            self.kind = BackendKind::AgentDelegationMissing(std::mem::take(context));
            self.head.message = ErrorKind::AgentDelegationMissing.default_message().into();
        }
        self
    }
}
