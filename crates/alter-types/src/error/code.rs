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
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal, $status:literal;)*) => {
        impl ErrorCode {
            $($(#[doc = $doc])* pub const $name: Self = Self(Cow::Borrowed($word));)*

            /// Every word the table holds.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status this code belongs on, or `None` for a word the table does not hold.
            ///
            /// The status matters: official SDKs pick the error class by both (`docs/protocol.md` 9.2).
            #[must_use]
            pub fn status(&self) -> Option<u16> {
                match self.as_str() {
                    $($word => Some($status),)*
                    _ => None,
                }
            }

            /// What the code means, in a sentence, or `None` for a word the table does not hold.
            #[must_use]
            pub fn meaning(&self) -> Option<&'static str> {
                match self.as_str() {
                    $($word => Some(concat!($($doc),*).trim_ascii()),)*
                    _ => None,
                }
            }
        }
    };
}

known_codes! {
    // --- API keys -------------------------------------------------------------------------------------------
    /// The API key is unknown.
    INVALID_KEY = "invalid_key", 401;
    /// The API key was revoked. On 409 of an agents route: it had been revoked before.
    KEY_REVOKED = "key_revoked", 401;
    /// The API key is past its expiry.
    KEY_EXPIRED = "key_expired", 401;
    /// The API key was rotated and its grace period is over.
    KEY_ROTATED_GRACE_EXPIRED = "key_rotated_grace_expired", 401;
    /// The API key is not active.
    KEY_NOT_ACTIVE = "key_not_active", 401;
    /// The key's application no longer exists.
    APP_NOT_FOUND_FOR_KEY = "app_not_found_for_key", 500;
    /// No such key (agents routes).
    KEY_NOT_FOUND = "key_not_found", 404;
    /// The last active key of an agent cannot go.
    LAST_ACTIVE_KEY = "last_active_key", 409;
    /// The agent holds as many keys as it may.
    AGENT_KEY_LIMIT_REACHED = "agent_key_limit_reached", 409;
    /// The key lacks a scope the route needs.
    INSUFFICIENT_SCOPE = "insufficient_scope", 403;
    /// A derived key may not hold that scope.
    INVALID_SCOPE_FOR_DERIVED_KEY = "invalid_scope_for_derived_key", 400;
    /// The client's address is not on the key's list.
    IP_NOT_ALLOWED = "ip_not_allowed", 403;

    // --- signatures -----------------------------------------------------------------------------------------
    /// The signature does not cover this request, is missing, stale or was used before.
    INVALID_SIGNATURE = "invalid_signature", 401;
    /// The timestamp is outside the window.
    STALE_TIMESTAMP = "stale_timestamp", 401;
    /// The nonce was used before.
    REPLAYED_NONCE = "replayed_nonce", 401;

    // --- agents and callers ---------------------------------------------------------------------------------
    /// No such agent.
    AGENT_NOT_FOUND = "agent_not_found", 404;
    /// The caller header names an agent that does not exist.
    CALLER_AGENT_UNRESOLVED = "caller_agent_unresolved", 404;
    /// The caller header names another agent than the key's own.
    CALLER_AGENT_MISMATCH = "caller_agent_mismatch", 400;
    /// The backend could not look up the calling agent; try again.
    CALLER_AGENT_RESOLUTION_ERROR = "caller_agent_resolution_error", 503;
    /// The agent is suspended.
    AGENT_INACTIVE = "agent_inactive", 401;
    /// The agent was revoked.
    AGENT_REVOKED = "agent_revoked", 401;
    /// Another agent has that name.
    AGENT_NAME_EXISTS = "agent_name_exists", 409;
    /// The agent changed since the version the update was based on.
    AGENT_CONCURRENT_UPDATE = "agent_concurrent_update", 409;
    /// `me` needs an agent's own key.
    ME_REQUIRES_AGENT_KEY = "me_requires_agent_key", 403;
    /// The route needs an agent's own key.
    AGENT_KEY_REQUIRED = "agent_key_required", 403;
    /// Agents cannot make agents.
    AGENT_CANNOT_MINT_SUBAGENTS = "agent_cannot_mint_subagents", 403;
    /// Agents cannot mint grants.
    AGENTS_CANNOT_MINT = "agents_cannot_mint", 403;
    /// The agent's own scopes do not cover the use.
    AGENT_SCOPE_NOT_ALLOWED = "agent_scope_not_allowed", 403;
    /// A session for an agent needs a user token.
    AGENT_REQUIRES_USER_TOKEN = "agent_requires_user_token", 400;
    /// An agent cannot delegate to another agent.
    AGENT_CANNOT_DELEGATE = "agent_cannot_delegate_to_other_agent", 400;
    /// An agent gives up its own delegation by another route.
    USE_SELF_REVOKE_PATH = "use_self_revoke_path", 403;
    /// The idempotency key was used with another body.
    IDEMPOTENCY_KEY_BODY_MISMATCH = "idempotency_key_body_mismatch", 409;
    /// The agent that the idempotency key made was revoked since.
    IDEMPOTENCY_KEY_AGENT_REVOKED = "idempotency_key_agent_revoked", 409;
    /// The agent that the idempotency key made was suspended since.
    IDEMPOTENCY_KEY_AGENT_INACTIVE = "idempotency_key_agent_inactive", 409;
    /// Managed-secret names of the first generation are not accepted.
    LEGACY_MANAGED_SECRET_NAME = "legacy_managed_secret_name_rejected", 422;

    // --- users ----------------------------------------------------------------------------------------------
    /// The user token did not verify.
    JWT_VALIDATION_ERROR = "jwt_validation_error", 401;
    /// A grant of the application itself was addressed with a user token.
    SYSTEM_GRANT_USER_TOKEN_MISMATCH = "system_grant_user_token_mismatch", 400;
    /// Sign-in is not set up at the application's identity provider.
    IDP_SIGNIN_NOT_CONFIGURED = "idp_signin_not_configured", 409;
    /// The application's identity provider is switched off.
    IDENTITY_PROVIDER_INACTIVE = "identity_provider_inactive", 409;
    /// A group name means more than one group.
    IDENTITY_GROUP_NAME_AMBIGUOUS = "identity_group_name_ambiguous", 409;
    /// The audience of an assertion is not acceptable.
    INVALID_AUDIENCE = "invalid_audience", 422;

    // --- grants and credentials -----------------------------------------------------------------------------
    /// No such grant, or not one the caller can see.
    GRANT_NOT_FOUND = "grant_not_found", 404;
    /// The grant was revoked.
    GRANT_REVOKED = "grant_revoked", 403;
    /// The grant is past its time to live.
    GRANT_EXPIRED = "grant_expired", 403;
    /// The grant is gone for good.
    GRANT_DELETED = "grant_deleted", 410;
    /// The credential behind the grant no longer works.
    CREDENTIAL_REVOKED = "credential_revoked", 403;
    /// More than one grant matches.
    AMBIGUOUS_GRANT = "ambiguous_grant", 409;
    /// The agent holds neither a delegation nor a grant for the provider.
    NO_DELEGATED_GRANT = "no_delegated_grant", 404;
    /// The grant lacks scopes; the user has to connect again.
    SCOPE_MISMATCH = "scope_mismatch", 403;
    /// The credential is being refreshed; the same call works shortly.
    TOKEN_REFRESH_IN_PROGRESS = "token_refresh_in_progress", 409;
    /// The grant may not be passed on.
    GRANT_NOT_DELEGABLE = "grant_not_delegable", 403;
    /// The account may not hold more grants.
    GRANT_LIMIT_EXCEEDED = "grant_limit_exceeded", 402;
    /// Another grant on the same credential has that label.
    SIBLING_LABEL_CONFLICT = "sibling_label_conflict", 409;
    /// Rules on the source grant forbid minting from it.
    MINT_SOURCE_HAS_GRANT_RULES = "mint_source_has_grant_rules", 403;
    /// The provider holds several credentials; name one.
    CREDENTIAL_ID_REQUIRED = "credential_id_required", 409;
    /// The credential is an end user's own.
    END_USER_CREDENTIAL_NOT_ASSIGNABLE = "end_user_credential_not_assignable", 409;
    /// No such managed secret.
    SECRET_NOT_FOUND = "secret_not_found", 404;
    /// The secret is not of the requested template.
    SECRET_TEMPLATE_MISMATCH = "secret_template_mismatch", 422;
    /// The grant policy is malformed or too generous.
    INVALID_GRANT_POLICY = "invalid_grant_policy", 422;
    /// The scope constraint is malformed.
    INVALID_SCOPE_CONSTRAINT = "invalid_scope_constraint", 422;
    /// The constraint would widen what the caller has.
    CONSTRAINT_NOT_NARROWING = "constraint_not_narrowing", 400;

    // --- connect sessions -----------------------------------------------------------------------------------
    /// The requested permissions need an approval that the provider has not given.
    MANAGED_OAUTH_SCOPE_APPROVAL_REQUIRED = "managed_oauth_scope_approval_required", 409;
    /// The user holds no grant the agent could be given.
    NO_ELIGIBLE_GRANTS = "no_eligible_grants", 409;
    /// The managed secret needs host patterns first.
    BINDING_HOSTS_REQUIRED = "binding_hosts_required", 409;
    /// The provider's setup at the vault has to be repaired first.
    PROVIDER_CONTRACT_REPAIR_REQUIRED = "provider_contract_repair_required", 409;
    /// A scope goes beyond those the application is set up with.
    SCOPE_NOT_ALLOWED = "scope_not_allowed", 400;
    /// The origin is not one of the application's.
    INVALID_ORIGIN = "invalid_origin", 400;
    /// The agent of a managed-secret session has to be named by its id.
    DELEGATED_AGENT_ID_REQUIRED = "delegated_agent_id_required", 422;

    // --- policy and use -------------------------------------------------------------------------------------
    /// A rule forbids the use.
    POLICY_DENIED = "policy_denied", 403;
    /// The use needs a freshly authenticated user.
    STEP_UP_REQUIRED = "step_up_required", 403;
    /// A required redaction could not be applied.
    REDACT_DISCHARGE_FAILED = "redact_discharge_failed", 403;
    /// The grant carries restrictions and works in proxy mode only.
    RESTRICTED_GRANT_REQUIRES_PROXY = "restricted_grant_requires_proxy", 400;
    /// The grant was delegated and works in proxy mode only.
    DELEGATED_GRANT_REQUIRES_PROXY = "delegated_grant_requires_proxy", 400;
    /// The grant needs a person's approval and works in proxy mode only.
    HITL_GRANT_REQUIRES_PROXY = "hitl_grant_requires_proxy", 400;
    /// The user set limits; the grant works in proxy mode only.
    USER_LIMITS_REQUIRE_PROXY = "user_limits_require_proxy", 400;
    /// The URL is not one this grant may reach.
    HOST_NOT_ALLOWED = "host_not_allowed", 403;
    /// The vault never connects there.
    BLOCKED_DESTINATION = "blocked_destination", 422;
    /// The final URL is too long.
    QUERY_TOO_LONG = "query_too_long", 422;
    /// The request rule header is malformed.
    INVALID_REQUEST_RULE = "invalid_request_rule", 400;

    // --- approvals ------------------------------------------------------------------------------------------
    /// A person denied the call.
    APPROVAL_DENIED = "approval_denied", 403;
    /// Nobody decided in time.
    APPROVAL_EXPIRED = "approval_expired", 410;
    /// Approved, but the call failed.
    APPROVAL_EXECUTION_FAILED = "approval_execution_failed", 502;
    /// No such approval.
    APPROVAL_NOT_FOUND = "approval_not_found", 404;
    /// The call was not carried out yet, so there is no result.
    APPROVAL_NOT_EXECUTED = "approval_not_executed", 409;
    /// Too many calls wait for a decision already.
    TOO_MANY_PENDING_APPROVALS = "too_many_pending_approvals", 429;

    // --- limits ---------------------------------------------------------------------------------------------
    /// Too many requests; wait and try again.
    RATE_LIMIT_EXCEEDED = "rate_limit_exceeded", 429;
    /// A usage quota is used up.
    QUOTA_EXCEEDED = "quota_exceeded", 429;
    /// The account's plan is used up.
    BILLING_QUOTA_EXCEEDED = "billing_quota_exceeded", 429;

    // --- catalogues -----------------------------------------------------------------------------------------
    /// No API description for that provider.
    PROVIDER_SPEC_NOT_FOUND = "provider_spec_not_found", 404;
    /// The API description has no such operation.
    OPERATION_NOT_FOUND = "operation_not_found", 404;

    // --- HTTP -----------------------------------------------------------------------------------------------
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
    /// The limits a client put on its own request cannot be understood; it is refused rather than served in full.
    INVALID_NARROWING = "invalid_narrowing", 400;
    /// The body did not arrive in time.
    REQUEST_TIMEOUT = "request_timeout", 408;
    /// The provider could not be reached.
    PROVIDER_UNREACHABLE = "provider_unreachable", 502;
    /// The provider did not answer in time.
    PROVIDER_TIMEOUT = "provider_timeout", 504;
    /// The stored credential cannot be put into a request.
    CREDENTIAL_NOT_USABLE = "credential_not_usable", 502;
    /// The vault cannot serve the request now.
    SERVICE_UNAVAILABLE = "service_unavailable", 503;
    /// The vault failed.
    INTERNAL_ERROR = "internal_error", 500;
}
