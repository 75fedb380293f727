//! [`ErrorKind`]: what went wrong as one flat word, with the family tree of the protocol's errors as data.

use std::fmt;

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $official:literal $(< $parent:ident)?, $message:literal;)*) => {
        /// What went wrong, as one word: cheap to copy, compare and count.
        ///
        /// Kinds form a tree: [`is`](Self::is) answers "is it one of that family", which is what catching a parent
        /// class does in other SDKs. New kinds are added as the protocol grows; match
        /// [`AlterError::code`](super::AlterError::code) for a code that has no kind of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl ErrorKind {
            /// Every kind, parents before children.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name of the class in the official SDKs, for example `GrantRevokedError`.
            #[must_use]
            pub const fn official_name(self) -> &'static str {
                match self { $(Self::$name => $official,)* }
            }

            /// The next wider kind; `None` for a root of the tree.
            #[must_use]
            pub const fn parent(self) -> Option<Self> {
                match self { $(Self::$name => error_kinds!(@parent $($parent)?),)* }
            }

            /// What the error says when the backend gave no sentence of its own.
            pub(crate) const fn default_message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
    (@parent) => { None };
    (@parent $parent:ident) => { Some(Self::$parent) };
}

error_kinds! {
    /// The client itself: closed, misconfigured, or without the user token it was told to use.
    Client = "AlterSDKError", "the client cannot make this call";
    /// An argument was refused before anything was sent.
    Value = "AlterValueError" < Client, "an argument is not valid; nothing was sent";
    /// A memory isolation rule refused the identity.
    MemoryIsolation = "MemoryIsolationError" < Client, "the identity does not allow this memory operation";

    /// The backend said no, or answered outside its contract.
    Backend = "BackendError" < Client, "the backend refused the request";
    /// The vault never connects to that destination.
    BlockedDestination = "BlockedDestinationError" < Backend,
        "the vault does not connect to this destination; check the host and the URL";
    /// The person has to sign in or connect again.
    ReAuthRequired = "ReAuthRequiredError" < Backend, "the user has to sign in again";
    /// The grant is past its time to live.
    GrantExpired = "GrantExpiredError" < ReAuthRequired, "the grant has expired; the user has to connect again";
    /// The grant was revoked.
    GrantRevoked = "GrantRevokedError" < ReAuthRequired, "the grant was revoked; the user has to connect again";
    /// The credential behind the grant no longer works.
    CredentialRevoked = "CredentialRevokedError" < ReAuthRequired,
        "the credential behind the grant was revoked; the user has to connect again";
    /// The grant is gone for good.
    GrantDeleted = "GrantDeletedError" < ReAuthRequired, "the grant no longer exists; the user has to connect again";
    /// Nothing the caller can see answers to that address.
    GrantNotFound = "GrantNotFoundError" < Backend, "not found, or not visible to this caller";
    /// The agent has no delegation that reaches the grant.
    AgentDelegationMissing = "AgentDelegationMissingError" < GrantNotFound,
        "this agent can use no such grant; it may exist without being delegated to the agent";
    /// More than one grant matches; narrow by account, label, user or id.
    AmbiguousGrant = "AmbiguousGrantError" < Backend,
        "more than one grant matches; name the account, the label, the user or the grant id";
    /// The agent holds neither a delegation nor a grant for the provider.
    NoDelegatedGrant = "NoDelegatedGrantError" < Backend,
        "the agent has neither a delegation nor a grant for this provider";
    /// A rule forbids the use.
    PolicyViolation = "PolicyViolationError" < Backend, "a policy forbids this use";
    /// The use needs a session that was authenticated more recently.
    StepUpRequired = "StepUpRequiredError" < PolicyViolation,
        "this use needs a freshly authenticated user; sign the user in again and retry";
    /// A redaction that the rules require could not be applied.
    RedactDischargeFailed = "RedactDischargeFailedError" < PolicyViolation,
        "a redaction that the policy requires could not be applied";
    /// The grant works in proxy mode only.
    RestrictedGrantRequiresProxy = "RestrictedGrantRequiresProxyError" < Backend,
        "this grant can only be used in proxy mode";
    /// The grant may not be passed on.
    GrantNotDelegable = "GrantNotDelegableError" < Backend, "this grant may not be delegated further";
    /// The backend is too old for what was asked.
    ServerFeatureUnsupported = "ServerFeatureUnsupportedError" < Backend, "this backend does not support the request";
    /// Another grant on the same credential has that label.
    SiblingLabelConflict = "SiblingLabelConflictError" < Backend,
        "another grant on this credential already has that label";
    /// The provider holds several credentials; name one.
    CredentialIdRequired = "CredentialIdRequiredError" < Backend,
        "this provider holds several credentials; say which one by its credential id";
    /// The credential is an end user's own and is never assigned to others.
    EndUserCredentialNotAssignable = "EndUserCredentialNotAssignableError" < Backend,
        "this credential is an end user's own and cannot be assigned";
    /// The API key lacks a scope.
    InsufficientScope = "InsufficientScopeError" < Backend, "the API key lacks a scope this route needs";
    /// The credential is being refreshed; the same call works shortly.
    TokenRefreshInProgress = "TokenRefreshInProgressError" < Backend,
        "the credential is being refreshed; try again shortly";
    /// A usage quota is used up. Waiting seconds does not help; never retried.
    QuotaExceeded = "QuotaExceededError" < Backend, "the quota of the current window is used up";
    /// Too many requests; try again after the hint.
    RateLimit = "RateLimitError" < Backend, "too many requests; try again later";

    /// A managed agent or an API key is not in the state the call needs.
    Agent = "AgentError" < Backend, "agent_error";
    /// The API key is unknown.
    InvalidKey = "InvalidKeyError" < Agent, "invalid_key";
    /// No such agent.
    AgentNotFound = "AgentNotFoundError" < Agent, "agent_not_found";
    /// The caller header names another agent than the key's own.
    CallerAgentMismatch = "CallerAgentMismatchError" < Agent, "caller_agent_mismatch";
    /// The backend could not look up the calling agent; try again.
    CallerAgentResolution = "CallerAgentResolutionError" < Agent, "caller_agent_resolution_error";
    /// Another agent has that name.
    AgentNameExists = "AgentNameExistsError" < Agent, "agent_name_exists";
    /// The agent changed since the version the update was based on.
    AgentConcurrentUpdate = "AgentConcurrentUpdateError" < Agent, "agent_concurrent_update";
    /// `me` needs an agent's own key.
    MeRequiresAgentKey = "MeRequiresAgentKeyError" < Agent, "me_requires_agent_key";
    /// The API key was revoked.
    KeyRevoked = "KeyRevokedError" < Agent, "key_revoked";
    /// The API key is past its expiry.
    KeyExpired = "KeyExpiredError" < Agent, "key_expired";
    /// The API key was rotated and its grace period is over.
    KeyRotationExpired = "KeyRotationExpiredError" < Agent, "key_rotated_grace_expired";
    /// The API key is not active.
    KeyInactive = "KeyInactiveError" < Agent, "key_not_active";
    /// The key's application no longer exists.
    KeyAppNotFound = "KeyAppNotFoundError" < Agent, "app_not_found_for_key";
    /// The agent is suspended.
    AgentInactive = "AgentInactiveError" < Agent, "agent_inactive";
    /// The agent was revoked.
    AgentRevoked = "AgentRevokedError" < Agent, "agent_revoked";
    /// The idempotency key was used with another body.
    IdempotencyKeyBodyMismatch = "IdempotencyKeyBodyMismatchError" < Agent, "idempotency_key_body_mismatch";
    /// The agent that the idempotency key made was revoked since.
    IdempotencyKeyAgentRevoked = "IdempotencyKeyAgentRevokedError" < Agent, "idempotency_key_agent_revoked";
    /// The agent that the idempotency key made was suspended since.
    IdempotencyKeyAgentInactive = "IdempotencyKeyAgentInactiveError" < Agent, "idempotency_key_agent_inactive";
    /// Agents cannot make agents.
    AgentCannotMintSubagents = "AgentCannotMintSubagentsError" < Agent, "agent_cannot_mint_subagents";
    /// The key to revoke was revoked before.
    KeyAlreadyRevoked = "KeyAlreadyRevokedError" < Agent, "key_revoked";
    /// No such key.
    KeyNotFound = "KeyNotFoundError" < Agent, "key_not_found";
    /// The last active key of an agent cannot go.
    LastActiveKey = "LastActiveKeyError" < Agent, "last_active_key";
    /// The agent holds as many keys as it may.
    AgentKeyLimit = "AgentKeyLimitError" < Agent, "agent_key_limit_reached";

    /// A connect flow ended without a grant.
    ConnectFlow = "ConnectFlowError" < Client, "the connection was not completed";
    /// The person refused.
    ConnectDenied = "ConnectDeniedError" < ConnectFlow, "the user refused the connection";
    /// The connection cannot succeed before an operator changes its setup.
    ConnectConfig = "ConnectConfigError" < ConnectFlow, "the connection is not set up correctly at the backend";
    /// Nobody finished the flow in time.
    ConnectTimeout = "ConnectTimeoutError" < ConnectFlow, "the connection was not completed in time";

    /// The provider answered with an error status.
    ProviderApi = "ProviderAPIError" < Client, "the provider answered with an error";
    /// The grant lacks scopes the call needs; the person has to consent again.
    ScopeReauthRequired = "ScopeReauthRequiredError" < ProviderApi,
        "the grant lacks scopes this call needs; the user has to connect again with more scopes";
    /// The provider refused the credential.
    ProviderUnauthorized = "ProviderUnauthorizedError" < ProviderApi, "the provider refused the credential";

    /// No answer: connection, TLS, or a broken exchange.
    Network = "NetworkError" < Client, "the connection failed";
    /// No answer in time.
    Timeout = "TimeoutError" < Network, "no answer in time";

    /// An approval ended other than by execution.
    Approval = "ApprovalError" < Client, "the call was not approved";
    /// A person said no.
    ApprovalDenied = "ApprovalDeniedError" < Approval, "the approver denied the call";
    /// Nobody decided in time.
    ApprovalExpired = "ApprovalExpiredError" < Approval, "the approval expired before it was decided";
    /// The local wait ended; the approval itself is still open.
    ApprovalTimeout = "ApprovalTimeoutError" < Approval, "the wait for the approval ended; it is still pending";
    /// Approved, but the call itself failed.
    ApprovalExecutionFailed = "ApprovalExecutionFailedError" < Approval, "the approved call failed";
}

impl ErrorKind {
    /// Whether this is `family` or one of its descendants. Everything is a [`Client`](Self::Client) error.
    #[must_use]
    pub const fn is(self, family: Self) -> bool {
        let mut current = self;
        loop {
            if current as u8 == family as u8 {
                return true;
            }
            match current.parent() {
                Some(parent) => current = parent,
                None => return false,
            }
        }
    }

    /// The wider kinds, nearest first, without the kind itself.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |kind| kind.parent())
    }

    /// For kinds of the [`Agent`](Self::Agent) family, the code of the class (`agent_not_found` also where the
    /// wire said `caller_agent_unresolved`); `None` for every other kind.
    #[must_use]
    pub const fn agent_code(self) -> Option<&'static str> {
        if self.is(Self::Agent) { Some(self.default_message()) } else { None }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.official_name())
    }
}
