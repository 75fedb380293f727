//! Why a memory operation or an identity assertion was refused.

use crate::wire_enum::wire_enum;

wire_enum! {
    closed
    /// A memory isolation rule.
    MemoryIsolationCode = "memory isolation code" {
        /// The identity was not verified by this process.
        IdentityUnverified = "memory_identity_unverified",
        /// A live identity needs a way to be refreshed.
        LiveRefreshRequired = "memory_live_refresh_required",
        /// The refreshed identity is older than the operation.
        RefreshNotLive = "memory_refresh_not_live",
        /// The identity is past its expiry.
        IdentityExpired = "memory_identity_expired",
        /// The assertion did not verify.
        AssertionInvalid = "memory_assertion_invalid",
        /// The identity names no agent.
        AgentRequired = "memory_agent_required",
        /// The identity names no user.
        UserRequired = "memory_user_required",
        /// The user is not active.
        UserNotActive = "memory_user_not_active",
        /// An identity with a user cannot be used for agent-only memory.
        UserCannotBeDropped = "memory_user_cannot_be_dropped",
        /// The refreshed identity belongs to somebody else.
        IdentityChanged = "memory_identity_changed",
        /// The store returned data of another namespace.
        StoreScopeViolation = "memory_store_scope_violation",
    }
}

wire_enum! {
    closed
    /// Which part of an identity assertion did not verify. Nothing more is told.
    AssertionRejectReason = "assertion reject reason" {
        /// Not a three-part token with JSON inside.
        Malformed = "malformed",
        /// The header asks for something else.
        Header = "header",
        /// No usable key of that id.
        Key = "key",
        /// The signature does not verify.
        Signature = "signature",
        /// Not yet valid, expired, or living too long.
        Lifetime = "lifetime",
        /// A claim is missing or has the wrong form.
        Claims = "claims",
        /// It was made for another application or agent.
        Binding = "binding",
    }
}
