//! Prints `docs/errors.md`: every error code of the protocol, what it becomes, and what to do about it. `cargo xtask
//! docs` keeps that file up to date. The tables are walked; only the advice is written here.

use alter_types::{AlterError, ErrorCode, ErrorKind, ErrorResponse, Surface, error::wire_forms};

fn main() {
    println!("{OPENING}");
    println!("| code | status | kind | what it means | what to do | recovery | transient |");
    println!("|---|---|---|---|---|---|---|");
    for code in ErrorCode::ALL {
        println!("{}", Row::of(code));
    }
    println!("\n{WITHOUT_CODE}");
    println!("| kind | official name | when | what to do | transient |");
    println!("|---|---|---|---|---|");
    for (kind, when, advice) in ARISING_HERE {
        let transient = if kind.is(ErrorKind::Network) { "yes" } else { "no" };
        println!("| `{kind:?}` | `{kind}` | {when} | {advice} | {transient} |");
    }
}

/// What is known of one code.
struct Row<'c> {
    code: &'c ErrorCode,
    status: u16,
    error: AlterError,
}

impl<'c> Row<'c> {
    fn of(code: &'c ErrorCode) -> Self {
        let status = code.status().expect("every code of the table has a status");
        // Named so that a recovery, where there is one, has what it needs.
        let body = format!(
            r#"{{"error":"{code}","provider_id":"acme","agent_id":"a","grant_id":"11111111-1111-4111-8111-111111111111",
                "details":{{"provider_id":"acme"}}}}"#
        );
        let error = AlterError::from_response(surface(code), &ErrorResponse::new(status, body.as_bytes()));
        Self { code, status, error }
    }
}

/// The routes on which the code has a kind of its own; most have the same everywhere.
fn surface(code: &ErrorCode) -> Surface {
    let named = |surface: &Surface| {
        ErrorKind::ALL
            .iter()
            .any(|kind| wire_forms(*surface, *kind).any(|(_, word)| word == Some(code.as_str())))
    };
    [Surface::Main, Surface::Proxy, Surface::Agents].into_iter().find(named).unwrap_or(Surface::Main)
}

impl std::fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, status, error } = self;
        let meaning = code.meaning().expect("every code of the table has a meaning");
        let recovery = match error.recovery() {
            Some(recovery) if recovery.repair_grant_id.is_some() => "connect again, same grant",
            Some(_) => "connect",
            None => "",
        };
        let transient = if error.is_transient() { "yes" } else { "no" };
        let (kind, advice) = (error.kind(), advice(code.as_str()));
        write!(f, "| `{code}` | {status} | `{kind:?}` | {meaning} | {advice} | {recovery} | {transient} |")
    }
}

const OPENING: &str = "# Errors

Every call fails with one type, `alter_client::Error`. Match [`kind()`](../crates/alter-types/src/error/kind.rs) to know
what happened, `code()` for the vault's own word, and ask the error itself what to do:

* `recovery()` is the connect session that would repair it; `app.connect().recover(recovery)` opens it.
* `is_transient()` says that the same call may work later; `retry_after()` says how much later, if the vault did. Safe
  calls have been repeated already when you see the error.
* `may_have_executed()` says whether the call may have had its effect all the same.
* `request_id()` is what to tell whoever runs the vault.

This file is written by `cargo xtask docs` from the tables that the client, the vault and the tests use.

## Codes of the vault

The status is the one a code belongs on. A code on another status, or one that is not listed, becomes the kind of its
status: 403 with any code `PolicyViolation`, 410 `GrantDeleted`, and `Backend` for the rest; `code()` has the word.
";

const WITHOUT_CODE: &str = "## Kinds without a code

These arise in the client, in an answer of the provider, or at the end of a wait.
";

const ARISING_HERE: &[(ErrorKind, &str, &str)] = &[
    (
        ErrorKind::Value,
        "An argument breaks a rule; nothing was sent.",
        "Read the message: it names the argument and the rule.",
    ),
    (
        ErrorKind::Client,
        "The client is closed, set up wrong, or got no user token from its source.",
        "Keep the client open for as long as calls are made; check key, address and source.",
    ),
    (
        ErrorKind::MemoryIsolation,
        "An identity does not allow this use of memory.",
        "Resolve the identity again, or narrow the scope; the code says which rule it was.",
    ),
    (
        ErrorKind::Network,
        "There was no connection, or it broke.",
        "Check address and network; try again if the call is safe to repeat.",
    ),
    (
        ErrorKind::Timeout,
        "No answer came in time.",
        "Try again if the call is safe to repeat, or give it more time.",
    ),
    (
        ErrorKind::ProviderApi,
        "The provider answered with 400 or above.",
        "Look at the reply, which the error carries whole.",
    ),
    (
        ErrorKind::ProviderUnauthorized,
        "The provider refuses the credential (401).",
        "Have the user connect again: `recovery()`.",
    ),
    (
        ErrorKind::ScopeReauthRequired,
        "The provider wants scopes that the grant lacks.",
        "Have the user connect again with more scopes: `recovery()`.",
    ),
    (ErrorKind::ConnectDenied, "The person refused to connect.", "Ask again when they want to."),
    (
        ErrorKind::ConnectTimeout,
        "Nobody finished the flow in time.",
        "Open a new session; the detail `reason` says which clock ran out.",
    ),
    (
        ErrorKind::ConnectFlow,
        "The flow ended without a grant.",
        "The code is the provider's or the vault's own word for it.",
    ),
    (
        ErrorKind::ApprovalTimeout,
        "The wait for an approval ended; the approval is still open.",
        "Wait again with the same id.",
    ),
    (
        ErrorKind::ServerFeatureUnsupported,
        "The vault is too old for what was asked.",
        "Update the vault, or do without the feature the error names.",
    ),
];

const CONNECT: &str = "Have the user connect again: `recovery()`.";
const NEW_KEY: &str = "Use another key; this one will not work again.";
const OPERATOR: &str = "An operator has to change the setup first.";
const PROXY: &str = "Use `.proxy()` instead of `.send()`.";
const FIX: &str = "Correct the request; the message names what is wrong.";
const LATER: &str = "Try again shortly.";

/// What to do about a code. A code without advice is a mistake of whoever added it.
fn advice(code: &str) -> &'static str {
    match code {
        "invalid_key" => "Check the key and which vault it belongs to.",
        "key_revoked" | "key_expired" | "key_rotated_grace_expired" | "key_not_active" => NEW_KEY,
        "app_not_found_for_key" => "The application is gone; make a new one.",
        "key_not_found" | "agent_not_found" | "approval_not_found" => "Check the id.",
        "last_active_key" => "Mint another key first, or force it.",
        "agent_key_limit_reached" => "Revoke a key that is not used any more.",
        "insufficient_scope" => "Use a key with the missing scopes, which the error lists.",
        "invalid_scope_for_derived_key" => "Derive with scopes that the key itself has.",
        "ip_not_allowed" => "Call from an address on the key's list, or widen the list.",
        "invalid_signature" => "Check that nothing between you and the vault changes requests.",
        "stale_timestamp" => "Set this machine's clock; the error says how far off it is.",
        "replayed_nonce" => "Send every request once; each attempt is signed anew.",
        "caller_agent_unresolved" => "Name an agent that exists, or none.",
        "caller_agent_mismatch" => "With an agent's key, name no other agent as caller.",
        "caller_agent_resolution_error" | "token_refresh_in_progress" => LATER,
        "agent_inactive" => "Resume the agent.",
        "agent_revoked" => "The agent is gone for good; make another.",
        "agent_name_exists" => "Choose another name.",
        "agent_concurrent_update" => "Read the agent again and repeat the change.",
        "me_requires_agent_key" | "agent_key_required" => "Use the agent's own key.",
        "agent_cannot_mint_subagents" | "agents_cannot_mint" => "Use the application's key.",
        "agent_scope_not_allowed" => "Add the provider or scope to the agent's scopes.",
        "agent_requires_user_token" => "Say whom the session is for: `.as_user(jwt)`.",
        "agent_cannot_delegate_to_other_agent" => "Let the application delegate.",
        "use_self_revoke_path" => "Give up the agent's own delegation with its own client.",
        "idempotency_key_body_mismatch" => "Use a new idempotency key for a new request.",
        "idempotency_key_agent_revoked" | "idempotency_key_agent_inactive" => {
            "Use a new idempotency key to make a new agent."
        }
        "legacy_managed_secret_name_rejected" => "Name managed secrets by their slugs.",
        "jwt_validation_error" => "Have the user sign in again.",
        "system_grant_user_token_mismatch" => "Call without a user token, or with a grant of that user.",
        "idp_signin_not_configured" | "identity_provider_inactive" | "identity_group_name_ambiguous" => {
            OPERATOR
        }
        "invalid_audience" => "Name the audience by a URI the vault accepts.",
        "grant_not_found" => "Check the id; if nobody connected yet, `recovery()`.",
        "grant_revoked" | "grant_deleted" => "Have the user connect again, for a new grant.",
        "grant_expired" | "credential_revoked" | "scope_mismatch" => CONNECT,
        "ambiguous_grant" => "Name account, label, user or grant id; the error lists the candidates.",
        "no_delegated_grant" => "Have a user connect for the agent: `recovery()`.",
        "grant_not_delegable" => {
            "Ask the grant's owner to allow it; `detail_reason` says what is in the way."
        }
        "grant_limit_exceeded" | "billing_quota_exceeded" => "Ask whoever pays for the account.",
        "sibling_label_conflict" => "Choose another label.",
        "mint_source_has_grant_rules" => "Mint from a grant without rules.",
        "credential_id_required" => "Name the credential; the error lists the choices.",
        "end_user_credential_not_assignable" => "Use a credential of the application's own.",
        "secret_not_found" => "Check the name of the managed secret.",
        "secret_template_mismatch" => "Name the managed secret, not its template.",
        "invalid_grant_policy"
        | "invalid_scope_constraint"
        | "invalid_request"
        | "malformed_json"
        | "invalid_request_rule"
        | "invalid_narrowing" => FIX,
        "constraint_not_narrowing" => "Ask for less than the caller has.",
        "managed_oauth_scope_approval_required"
        | "binding_hosts_required"
        | "provider_contract_repair_required" => OPERATOR,
        "no_eligible_grants" => "Have the user connect an account of their own first.",
        "scope_not_allowed" => "Ask only for scopes the application is set up with.",
        "invalid_origin" => "Register the origin, or use one that is.",
        "delegated_agent_id_required" => "Name the agent by its id.",
        "policy_denied" => "The message names the smallest change that would allow it.",
        "step_up_required" => "Have the user sign in again, then repeat the call.",
        "redact_discharge_failed" => "Send a request whose fields the rule can redact.",
        "restricted_grant_requires_proxy"
        | "delegated_grant_requires_proxy"
        | "hitl_grant_requires_proxy"
        | "user_limits_require_proxy" => PROXY,
        "host_not_allowed" => "Call a host the secret is bound to, or have the host added.",
        "blocked_destination" => "Call a public address, or have the operator list this one.",
        "query_too_long" => "Shorten the query.",
        "approval_denied" => "Do not repeat the call; ask the approver.",
        "approval_expired" => "Make the call again and tell the approver.",
        "approval_execution_failed" => "Look at what the provider said; the call may have had its effect.",
        "approval_not_executed" => "Wait for the approval: `app.approvals().wait(&id)`.",
        "too_many_pending_approvals" => "Have some of the open approvals decided.",
        "rate_limit_exceeded" => "Wait for `retry_after()`, then try again.",
        "quota_exceeded" => "Wait until the window ends, or raise the quota.",
        "provider_spec_not_found" | "operation_not_found" => "List what there is.",
        "body_too_large" => "Send less.",
        "not_found" | "method_not_allowed" => "Check the address, and that the vault is recent enough.",
        "request_timeout" => "Send the body faster, or check the network.",
        "provider_unreachable" | "provider_timeout" | "service_unavailable" => LATER,
        "credential_not_usable" => "Have the operator look at how the secret is injected.",
        "internal_error" => "Tell whoever runs the vault, with the request id.",
        code => panic!("{code} has no advice: add a line for it"),
    }
}
