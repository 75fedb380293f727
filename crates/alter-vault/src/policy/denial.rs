//! [`Denial`]: every reason to refuse, and what the caller is told for each.

use alter_types::{ErrorCode, GrantId};
use serde_json::{Value, json};

use crate::{Refusal, destination::DestinationError, method::MethodError};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Denial {
    UnknownKey,
    KeyRevoked,
    KeyExpired,
    ReplayedNonce,
    SignedTooLongAgo,
    TooManyNonces,
    MissingScope { required: &'static str, granted: Box<str> },
    AgentInactive,
    AgentRevoked,
    CallerAgentMismatch,
    CallerAgentUnresolved,
    AgentScopeNotAllowed { provider: Box<str> },
    AgentNotFound,
    AgentGone,
    AgentNameExists { name: String },
    AgentChangedMeanwhile { version: i64 },
    AgentCannotMintSubagents,
    MeRequiresAgentKey,
    IdempotencyKeyReused,
    IdempotencyKeyAgentRevoked,
    IdempotencyKeyAgentInactive,
    NoSuchAgentKey,
    TooManyAgentKeys,
    LastActiveKey,
    KeyAlreadyRevoked,
    NotNarrowing { scope: Box<str> },
    RuleForbids,
    RuleUndecidable { provider: Box<str> },
    NoSuchGrant { provider: Option<Box<str>> },
    AmbiguousGrant { provider: Box<str>, candidates: Vec<Candidate>, more: bool },
    GrantRevoked { grant: GrantId },
    GrantExpired { provider: Box<str> },
    UserTokenOnSystemGrant { grant: GrantId },
    CredentialRevoked { grant: GrantId, provider: Box<str> },
    ApprovalRequiresProxy { grant: GrantId },
    TooManyApprovals { waiting: i64 },
    NoSuchApproval,
    BadMethod(MethodError),
    BadUrl(DestinationError),
    HostNotAllowed { needed_rule: String, provider: Box<str> },
}

/// A grant that matches an address too wide to choose by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) grant: GrantId,
    pub(crate) label: Option<String>,
}

impl From<Denial> for Refusal {
    /// Codes and statuses are those of `docs/protocol.md` 9.2; SDKs pick the error class by both.
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::UnknownKey => Self::new(
                ErrorCode::INVALID_KEY,
                "This API key is not known here. Check that it belongs to this vault.",
            ),
            Denial::KeyRevoked => {
                Self::new(ErrorCode::KEY_REVOKED, "This API key was revoked. Use another key.")
            }
            Denial::KeyExpired => {
                Self::new(ErrorCode::KEY_EXPIRED, "This API key has expired. Use another key.")
            }
            Denial::ReplayedNonce => Self::new(
                ErrorCode::REPLAYED_NONCE,
                "This request was received before. Sign every request anew, retries included.",
            ),
            Denial::SignedTooLongAgo => Self::new(
                ErrorCode::STALE_TIMESTAMP,
                "This request was signed too long ago to tell whether it was received before. Sign it anew, with \
                 the right time.",
            ),
            Denial::TooManyNonces => Self::new(
                ErrorCode::SERVICE_UNAVAILABLE,
                "The vault has received more requests in the last minutes than it can tell from repeated ones. Try \
                 again shortly.",
            ),
            Denial::MissingScope { required, granted } => {
                let granted: Vec<&str> = granted.split(' ').filter(|scope| !scope.is_empty()).collect();
                Self::new(
                    ErrorCode::INSUFFICIENT_SCOPE,
                    format!("This API key lacks the scope {required}. Use a key that has it."),
                )
                .with("required", json!([required]))
                .with("granted", json!(granted))
                .with("missing", json!([required]))
            }
            Denial::AgentInactive => {
                Self::new(ErrorCode::AGENT_INACTIVE, "This agent is suspended. Have it resumed.")
            }
            Denial::AgentRevoked => {
                Self::new(ErrorCode::AGENT_REVOKED, "This agent was revoked. Use another agent's key.")
            }
            Denial::CallerAgentMismatch => Self::new(
                ErrorCode::CALLER_AGENT_MISMATCH,
                "This key belongs to one agent, and the caller names another. Leave the caller out.",
            ),
            Denial::CallerAgentUnresolved => Self::new(
                ErrorCode::CALLER_AGENT_UNRESOLVED,
                "The caller is the id of an agent that this application does not have.",
            ),
            Denial::AgentScopeNotAllowed { provider } => Self::new(
                ErrorCode::AGENT_SCOPE_NOT_ALLOWED,
                format!(
                    "The agent may not use {provider}. To allow it, add {provider} to managed_secret_slugs of the \
                     agent's scopes."
                ),
            )
            .with("provider_id", &*provider),
            Denial::AgentNotFound => {
                Self::new(ErrorCode::AGENT_NOT_FOUND, "No agent with this id can be reached with this API key.")
            }
            Denial::AgentGone => {
                Self::new(ErrorCode::AGENT_REVOKED, "This agent was revoked, for good.").with_status(409)
            }
            Denial::AgentNameExists { name } => Self::new(
                ErrorCode::AGENT_NAME_EXISTS,
                "Another agent of this application has that name. Choose another, or revoke that agent.",
            )
            .with("name", name),
            Denial::AgentChangedMeanwhile { version } => Self::new(
                ErrorCode::AGENT_CONCURRENT_UPDATE,
                format!("The agent is at version {version}. Read it again, and update that."),
            )
            .with("current_version", version),
            Denial::AgentCannotMintSubagents => Self::new(
                ErrorCode::AGENT_CANNOT_MINT_SUBAGENTS,
                "Agents cannot make agents. Use an API key of the application.",
            ),
            Denial::MeRequiresAgentKey => Self::new(
                ErrorCode::ME_REQUIRES_AGENT_KEY,
                "Only an agent's own key can ask who it is; this one is the application's.",
            ),
            Denial::IdempotencyKeyReused => Self::new(
                ErrorCode::IDEMPOTENCY_KEY_BODY_MISMATCH,
                "Another request was sent with this idempotency key. Use a new one for a new agent.",
            ),
            Denial::IdempotencyKeyAgentRevoked => Self::new(
                ErrorCode::IDEMPOTENCY_KEY_AGENT_REVOKED,
                "The agent that this request made was revoked since. Use a new idempotency key for a new agent.",
            ),
            Denial::IdempotencyKeyAgentInactive => Self::new(
                ErrorCode::IDEMPOTENCY_KEY_AGENT_INACTIVE,
                "The agent that this request made is suspended. Resume it, or use a new idempotency key.",
            ),
            Denial::NoSuchAgentKey => {
                Self::new(ErrorCode::KEY_NOT_FOUND, "This agent has no key with this id.")
            }
            Denial::TooManyAgentKeys => Self::new(
                ErrorCode::AGENT_KEY_LIMIT_REACHED,
                "The agent has 10 live keys, and may not have more. Revoke one first.",
            ),
            Denial::LastActiveKey => Self::new(
                ErrorCode::LAST_ACTIVE_KEY,
                "This is the agent's last live key. Mint another first, or force it.",
            ),
            Denial::KeyAlreadyRevoked => {
                Self::new(ErrorCode::KEY_REVOKED, "This key was revoked before.").with_status(409)
            }
            Denial::NotNarrowing { scope } => Self::new(
                ErrorCode::CONSTRAINT_NOT_NARROWING,
                format!("The scope {scope} goes beyond those of the API key. Narrow to scopes that the key has."),
            )
            .with("scope", &*scope),
            Denial::RuleForbids => Self::new(
                ErrorCode::POLICY_DENIED,
                "The rule that the caller put on this request forbids it. Drop the rule, or change the call.",
            ),
            Denial::RuleUndecidable { provider } => Self::new(
                ErrorCode::POLICY_DENIED,
                format!(
                    "This vault cannot tell which operation of {provider} the call is, so a content_match rule \
                     cannot be decided, and the call is refused. Use a json_match rule."
                ),
            ),
            Denial::NoSuchGrant { provider } => {
                let refusal = Self::new(
                    ErrorCode::GRANT_NOT_FOUND,
                    "No grant matches that this API key can reach. Check the grant id or the provider.",
                );
                match provider {
                    Some(provider) => refusal.with("provider_id", &*provider),
                    None => refusal,
                }
            }
            Denial::AmbiguousGrant { provider, candidates, more } => ambiguous(&provider, &candidates, more),
            Denial::GrantRevoked { grant } => Self::new(
                ErrorCode::GRANT_REVOKED,
                "This grant was revoked. Ask the operator for a new one.",
            )
            .with("grant_id", grant.to_string()),
            Denial::GrantExpired { provider } => Self::new(
                ErrorCode::GRANT_EXPIRED,
                "This grant has expired. Ask the operator for a new one.",
            )
            .with("provider_id", &*provider),
            Denial::UserTokenOnSystemGrant { grant } => Self::new(
                ErrorCode::SYSTEM_GRANT_USER_TOKEN_MISMATCH,
                "This grant belongs to the application itself, and the call speaks for a user. Leave the user \
                 token out, or use a grant of that user.",
            )
            .with("grant_id", grant.to_string()),
            Denial::CredentialRevoked { grant, provider } => Self::new(
                ErrorCode::CREDENTIAL_REVOKED,
                "The credential behind this grant no longer works. Ask the operator to replace it.",
            )
            .with("grant_id", grant.to_string())
            .with("provider_id", &*provider),
            Denial::ApprovalRequiresProxy { grant } => Self::new(
                ErrorCode::HITL_GRANT_REQUIRES_PROXY,
                "Every use of this grant waits for a person's approval, so the vault makes the call. Use proxy mode.",
            )
            .with("grant_id", grant.to_string()),
            Denial::TooManyApprovals { waiting } => Self::new(
                ErrorCode::TOO_MANY_PENDING_APPROVALS,
                format!("{waiting} calls of this application wait for approval already. Have some decided first."),
            )
            .with("retry_after", 60),
            Denial::NoSuchApproval => Self::new(
                ErrorCode::APPROVAL_NOT_FOUND,
                "No approval with this id belongs to this API key's application.",
            ),
            Denial::BadMethod(error) => Self::new(ErrorCode::INVALID_REQUEST, sentence(error)),
            Denial::BadUrl(error) => Self::new(ErrorCode::INVALID_REQUEST, sentence(error)),
            Denial::HostNotAllowed { needed_rule, provider } => Self::new(
                ErrorCode::HOST_NOT_ALLOWED,
                format!(
                    "The secret {provider} may not be sent there. To allow it, the operator adds {needed_rule} to \
                     the secret's hosts."
                ),
            )
            .with("provider_id", &*provider),
        }
    }
}

/// The fields of `docs/protocol.md` 9.3 for managed secrets.
fn ambiguous(provider: &str, candidates: &[Candidate], more: bool) -> Refusal {
    let ids: Vec<String> = candidates.iter().map(|candidate| candidate.grant.to_string()).collect();
    let listed: Vec<Value> = candidates
        .iter()
        .map(|candidate| match &candidate.label {
            Some(label) => json!({ "grant_id": candidate.grant.to_string(), "label": label }),
            None => json!({ "grant_id": candidate.grant.to_string() }),
        })
        .collect();
    let refusal = Refusal::new(
        ErrorCode::AMBIGUOUS_GRANT,
        format!("Several grants match the provider {provider}. Name one by its id or its label."),
    )
    .with("provider_id", provider)
    .with("account_identifiers", json!([]))
    .with("grant_ids", ids)
    .with("candidates", listed);
    if more { refusal.with("candidates_truncated", true) } else { refusal }
}

/// An error's text, which starts in lower case, as a sentence.
fn sentence(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}
