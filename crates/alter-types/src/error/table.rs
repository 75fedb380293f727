//! The classification: (surface, status, code) → kind, as one ordered table that both sides read.
//!
//! A client asks [`classify`] what an answer means; a server asks [`ErrorCode::status`](super::ErrorCode::status)
//! which status to send, and a test walks this table to prove that the two agree.

use super::{ErrorKind, ErrorKind as K};

/// Which family of routes an answer came from. The same code can mean different things on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Surface {
    /// Every route that is not one of the others.
    Main,
    /// `/sdk/agents*` and `/sdk/agents/me`: the code alone decides.
    Agents,
    /// `/sdk/proxy` and `/sdk/approvals/{id}/result`.
    Proxy,
    /// `GET /sdk/approvals/{id}`: what the code says of key, scope, caller and limits; otherwise a plain backend error.
    ApprovalStatus,
}

/// Statuses a row applies to; empty means every status.
type Statuses = &'static [u16];

/// One row: on these statuses, one of these codes means this kind. No codes means any, and none.
#[derive(Debug)]
struct Row(Statuses, &'static [&'static str], ErrorKind);

/// Codes of a row that any code fits, but not none.
const ANY_WORD: &[&str] = &["*"];

/// Rows of [`Surface::Main`], first match wins (`docs/protocol.md` 9.2).
const MAIN: &[Row] = &[
    Row(&[403], &["insufficient_scope"], K::InsufficientScope),
    Row(&[403], &["grant_expired"], K::GrantExpired),
    Row(&[403, 400, 502], &["grant_revoked"], K::GrantRevoked),
    Row(&[403, 400, 502], &["credential_revoked"], K::CredentialRevoked),
    Row(&[403, 400, 502], &["restricted_grant_requires_proxy"], K::RestrictedGrantRequiresProxy),
    Row(
        &[400, 502],
        &["delegated_grant_requires_proxy", "hitl_grant_requires_proxy", "user_limits_require_proxy"],
        K::RestrictedGrantRequiresProxy,
    ),
    Row(&[403], &["grant_not_delegable"], K::GrantNotDelegable),
    Row(&[403], &["scope_mismatch"], K::ScopeReauthRequired),
    Row(&[403], &["step_up_required"], K::StepUpRequired),
    Row(&[403], &["redact_discharge_failed"], K::RedactDischargeFailed),
    Row(&[403], &["policy_denied"], K::PolicyViolation),
    // Rules have words of their own. Without one, somebody else has refused.
    Row(&[403], ANY_WORD, K::PolicyViolation),
    Row(
        &[409],
        &[
            "managed_oauth_scope_approval_required",
            "idp_signin_not_configured",
            "no_eligible_grants",
            "binding_hosts_required",
            "provider_contract_repair_required",
        ],
        K::ConnectConfig,
    ),
    Row(&[409], &["token_refresh_in_progress"], K::TokenRefreshInProgress),
    Row(&[409], &["ambiguous_grant"], K::AmbiguousGrant),
    Row(&[409], &["sibling_label_conflict"], K::SiblingLabelConflict),
    Row(&[409], &["credential_id_required"], K::CredentialIdRequired),
    Row(&[409], &["end_user_credential_not_assignable"], K::EndUserCredentialNotAssignable),
    Row(&[409, 404], &["no_delegated_grant"], K::NoDelegatedGrant),
    Row(&[410], &[], K::GrantDeleted),
    Row(&[404], &["caller_agent_unresolved", "agent_not_found"], K::AgentNotFound),
    Row(&[404], &["secret_not_found"], K::ConnectConfig),
    Row(&[404], &["grant_not_found"], K::GrantNotFound),
    Row(&[400, 502], &["caller_agent_mismatch"], K::CallerAgentMismatch),
    Row(&[401], &["jwt_validation_error"], K::ReAuthRequired),
    Row(&[401], &["invalid_key"], K::InvalidKey),
    Row(&[401], &["key_revoked"], K::KeyRevoked),
    Row(&[401], &["key_expired"], K::KeyExpired),
    Row(&[401], &["key_rotated_grace_expired"], K::KeyRotationExpired),
    Row(&[401], &["key_not_active"], K::KeyInactive),
    Row(&[401], &["agent_inactive"], K::AgentInactive),
    Row(&[401], &["agent_revoked"], K::AgentRevoked),
    Row(&[429], &["quota_exceeded"], K::QuotaExceeded),
    Row(&[429], &["rate_limit_exceeded"], K::RateLimit),
    Row(&[500, 503], &["caller_agent_resolution_error"], K::CallerAgentResolution),
    Row(&[500, 503], &["app_not_found_for_key"], K::KeyAppNotFound),
    // Statuses with rows of their own never reach the two codes that count on every other status.
    Row(&[400, 401, 403, 404, 409, 429, 500, 502, 503], &[], K::Backend),
    Row(&[], &["secret_template_mismatch"], K::ConnectConfig),
    Row(&[], &["blocked_destination"], K::BlockedDestination),
];

/// Rows of [`Surface::Agents`].
const AGENTS: &[Row] = &[
    Row(&[], &["insufficient_scope"], K::InsufficientScope),
    Row(&[], &["rate_limit_exceeded"], K::RateLimit),
    Row(&[409], &["agent_concurrent_update"], K::AgentConcurrentUpdate),
    Row(&[409], &["key_revoked"], K::KeyAlreadyRevoked),
    Row(&[], &["invalid_key"], K::InvalidKey),
    Row(&[], &["agent_not_found", "caller_agent_unresolved"], K::AgentNotFound),
    Row(&[], &["caller_agent_mismatch"], K::CallerAgentMismatch),
    Row(&[], &["caller_agent_resolution_error"], K::CallerAgentResolution),
    Row(&[], &["agent_name_exists"], K::AgentNameExists),
    Row(&[], &["me_requires_agent_key"], K::MeRequiresAgentKey),
    Row(&[], &["key_revoked"], K::KeyRevoked),
    Row(&[], &["key_expired"], K::KeyExpired),
    Row(&[], &["key_rotated_grace_expired"], K::KeyRotationExpired),
    Row(&[], &["key_not_active"], K::KeyInactive),
    Row(&[], &["app_not_found_for_key"], K::KeyAppNotFound),
    Row(&[], &["key_not_found"], K::KeyNotFound),
    Row(&[], &["last_active_key"], K::LastActiveKey),
    Row(&[], &["agent_key_limit_reached"], K::AgentKeyLimit),
    Row(&[], &["agent_inactive"], K::AgentInactive),
    Row(&[], &["agent_revoked"], K::AgentRevoked),
    Row(&[], &["idempotency_key_body_mismatch"], K::IdempotencyKeyBodyMismatch),
    Row(&[], &["idempotency_key_agent_revoked"], K::IdempotencyKeyAgentRevoked),
    Row(&[], &["idempotency_key_agent_inactive"], K::IdempotencyKeyAgentInactive),
    Row(&[], &["agent_cannot_mint_subagents"], K::AgentCannotMintSubagents),
];

/// Rows that [`Surface::Proxy`] tries before those of [`Surface::Main`].
const PROXY: &[Row] = &[
    Row(&[], &["approval_denied"], K::ApprovalDenied),
    Row(&[], &["approval_expired"], K::ApprovalExpired),
    Row(&[], &["approval_execution_failed"], K::ApprovalExecutionFailed),
];

/// Rows of [`Surface::ApprovalStatus`]. It has no row for a status alone: an unknown approval is not a missing grant.
const APPROVAL_STATUS: &[Row] = &[
    Row(&[403], &["insufficient_scope"], K::InsufficientScope),
    Row(&[404], &["caller_agent_unresolved", "agent_not_found"], K::AgentNotFound),
    Row(&[400, 502], &["caller_agent_mismatch"], K::CallerAgentMismatch),
    Row(&[401], &["invalid_key"], K::InvalidKey),
    Row(&[401], &["key_revoked"], K::KeyRevoked),
    Row(&[401], &["key_expired"], K::KeyExpired),
    Row(&[401], &["key_rotated_grace_expired"], K::KeyRotationExpired),
    Row(&[401], &["key_not_active"], K::KeyInactive),
    Row(&[401], &["agent_inactive"], K::AgentInactive),
    Row(&[401], &["agent_revoked"], K::AgentRevoked),
    Row(&[429], &["quota_exceeded"], K::QuotaExceeded),
    Row(&[429], &["rate_limit_exceeded"], K::RateLimit),
    Row(&[500, 503], &["caller_agent_resolution_error"], K::CallerAgentResolution),
    Row(&[500, 503], &["app_not_found_for_key"], K::KeyAppNotFound),
];

fn rows(surface: Surface) -> [&'static [Row]; 2] {
    match surface {
        Surface::Main => [MAIN, &[]],
        Surface::Agents => [AGENTS, &[]],
        Surface::Proxy => [PROXY, MAIN],
        Surface::ApprovalStatus => [APPROVAL_STATUS, &[]],
    }
}

/// What an error answer with that status and code means. Without a code (`None`) the status alone decides.
#[must_use]
pub fn classify(surface: Surface, status: u16, code: Option<&str>) -> ErrorKind {
    let fits = |Row(statuses, codes, _): &&Row| {
        (statuses.is_empty() || statuses.contains(&status))
            && (codes.is_empty() || code.is_some_and(|code| *codes == ANY_WORD || codes.contains(&code)))
    };
    rows(surface).into_iter().flatten().find(fits).map_or(ErrorKind::Backend, |row| row.2)
}

/// Every (status, code) pair that a client reads as `kind` on that surface. A row for every status is listed once,
/// with `None`. This is what a backend may send to say `kind`.
pub fn wire_forms(
    surface: Surface,
    kind: ErrorKind,
) -> impl Iterator<Item = (Option<u16>, Option<&'static str>)> {
    rows(surface).into_iter().flatten().filter(move |row| row.2 == kind && row.1 != ANY_WORD).flat_map(
        |Row(statuses, codes, _)| {
            let statuses =
                statuses.iter().map(|status| Some(*status)).chain(statuses.is_empty().then_some(None));
            statuses.flat_map(move |status| {
                codes
                    .iter()
                    .map(move |code| (status, Some(*code)))
                    .chain(codes.is_empty().then_some((status, None)))
            })
        },
    )
}
