//! What an error brings along: its kind and family, the fields of its kind, its details, and when to come back.

use std::{collections::BTreeSet, time::Duration};

use alter_types::{
    AlterError, ErrorKind, ErrorResponse, Surface,
    error::{BackendKind, PolicyDemand},
};
use serde_json::{Value, json};

fn refused(status: u16, body: &Value) -> AlterError {
    AlterError::from_response(Surface::Main, &ErrorResponse::new(status, body.to_string().as_bytes()))
}

fn later(status: u16, header: Option<&str>, body: &str) -> Option<Duration> {
    let response = ErrorResponse::new(status, body.as_bytes()).with_retry_after(header);
    AlterError::from_response(Surface::Main, &response).retry_after()
}

fn backend(error: &AlterError) -> &BackendKind {
    match error {
        AlterError::Backend(error) => error.kind(),
        other => panic!("a refusal of the vault, not {other:?}"),
    }
}

#[test]
fn every_kind_has_an_official_name_of_its_own_and_a_family_that_ends_at_the_root() {
    let names: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.official_name()).collect();
    assert_eq!(names.len(), ErrorKind::ALL.len());
    for kind in ErrorKind::ALL {
        assert!(kind.is(*kind) && kind.is(ErrorKind::Client), "{kind}");
        assert_eq!(kind.ancestors().next(), kind.parent());
    }
    let families = [
        (ErrorKind::StepUpRequired, ErrorKind::PolicyViolation),
        (ErrorKind::AgentDelegationMissing, ErrorKind::GrantNotFound),
        (ErrorKind::GrantExpired, ErrorKind::ReAuthRequired),
        (ErrorKind::KeyExpired, ErrorKind::Agent),
        (ErrorKind::Timeout, ErrorKind::Network),
    ];
    for (kind, family) in families {
        assert!(kind.is(family) && !family.is(kind), "{kind} {family}");
    }
}

#[test]
fn the_text_of_an_error_is_its_sentence_and_details_are_always_a_map() {
    let error = refused(409, &json!({ "error": "odd", "message": "No.", "secret_detail": "hidden" }));
    assert_eq!(error.to_string(), "No.");
    assert_eq!(error.details()["secret_detail"], "hidden");
    for body in ["", "<html>", "[]", "7", "null"] {
        let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(500, body.as_bytes()));
        assert!(!error.to_string().is_empty());
        assert!(error.details().values().all(|value| value == 500), "{:?}", error.details());
    }
}

#[test]
fn a_body_may_stand_under_detail_and_what_is_not_json_is_dropped() {
    let inner = json!({ "error": "grant_revoked", "message": "Gone.", "grant_id": "g" });
    let (bare, wrapped) = (refused(403, &inner), refused(403, &json!({ "detail": inner })));
    assert_eq!((bare.kind(), bare.to_string()), (wrapped.kind(), wrapped.to_string()));
    assert_eq!(bare.details(), wrapped.details());
    let page = AlterError::from_response(Surface::Main, &ErrorResponse::new(502, b"<html>s3cret</html>"));
    assert!(!format!("{page} {page:?} {:?}", page.details()).contains("s3cret"));
}

#[test]
fn a_policy_refusal_keeps_every_detail_and_says_what_would_satisfy_it() {
    let error = refused(
        403,
        &json!({ "error": "office_hours", "message": "Closed.", "rule": "r1", "details": { "opens": "9:00", "rule": "r2" } }),
    );
    assert_eq!(error.kind(), ErrorKind::PolicyViolation);
    assert_eq!(error.details()["opens"], "9:00");
    assert_eq!(error.details()["rule"], "r1", "what stands outside wins");
    let BackendKind::Policy(violation) = backend(&error) else { panic!("{error:?}") };
    assert_eq!(violation.policy_error.as_deref(), Some("office_hours"));
    let error = refused(403, &json!({ "error": "step_up_required", "max_session_age_seconds": 300 }));
    let BackendKind::Policy(violation) = backend(&error) else { panic!("{error:?}") };
    assert_eq!(violation.demand, PolicyDemand::StepUp { max_session_age_seconds: Some(300) });
}

#[test]
fn a_field_of_the_wrong_type_is_absent_and_harms_nothing_else() {
    let error = refused(
        403,
        &json!({ "error": "credential_revoked", "grant_id": 7, "provider_id": "acme", "app_user_id": [] }),
    );
    let BackendKind::ReAuth(alter_types::error::ReAuthKind::CredentialRevoked(revoked)) = backend(&error)
    else {
        panic!("{error:?}")
    };
    assert_eq!((&revoked.grant_id, &revoked.app_user_id), (&None, &None));
    assert_eq!(revoked.provider_id.as_deref(), Some("acme"));
    let error =
        refused(409, &json!({ "error": "ambiguous_grant", "candidates": ["x", {}, { "grant_id": "g" }] }));
    let BackendKind::AmbiguousGrant(ambiguous) = backend(&error) else { panic!("{error:?}") };
    assert_eq!(ambiguous.candidates.len(), 1);
}

#[test]
fn an_ambiguous_grant_lists_what_to_choose_from() {
    let error = refused(
        409,
        &json!({
            "error": "ambiguous_grant", "provider_id": "acme", "account_was_provided": true,
            "account_identifiers": ["ann@example.test"], "grant_ids": ["g1", "g2"], "app_user_ids": ["u"],
            "candidates": [{ "grant_id": "g1", "label": "work", "account_identifier": "ann@example.test" }],
            "candidates_truncated": true
        }),
    );
    let BackendKind::AmbiguousGrant(ambiguous) = backend(&error) else { panic!("{error:?}") };
    assert_eq!(ambiguous.grant_ids, ["g1", "g2"]);
    assert_eq!(ambiguous.candidates[0].label.as_deref(), Some("work"));
    assert!(ambiguous.account_was_provided && ambiguous.candidates_truncated);
    let whole = refused(409, &json!({ "error": "ambiguous_grant" }));
    let BackendKind::AmbiguousGrant(ambiguous) = backend(&whole) else { panic!("{whole:?}") };
    assert!(!ambiguous.candidates_truncated && ambiguous.candidates.is_empty());
}

#[test]
fn missing_scopes_are_named_with_whether_one_of_them_would_do() {
    let error = refused(
        403,
        &json!({
            "error": "insufficient_scope", "required": ["a", "b"], "granted": ["c"], "missing": ["a", "b"],
            "required_any_of": true, "scope_version": 2, "current_scope_version": 3, "scope_version_mismatch": true,
            "documentation_url": "https://docs.example"
        }),
    );
    let BackendKind::InsufficientScope(scope) = backend(&error) else { panic!("{error:?}") };
    assert_eq!((scope.missing.len(), scope.required_any_of), (2, true));
    assert_eq!((scope.scope_version, scope.current_scope_version), (Some(2), Some(3)));
    assert!(scope.scope_version_mismatch && scope.documentation_url.is_some());
    let error = refused(403, &json!({ "error": "insufficient_scope", "missing": ["a"] }));
    let BackendKind::InsufficientScope(scope) = backend(&error) else { panic!("{error:?}") };
    assert!(!scope.required_any_of);
}

#[test]
fn when_to_come_back_is_read_from_header_or_body_within_bounds() {
    let limited = r#"{"error":"rate_limit_exceeded"}"#;
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(later(429, Some("7"), limited), seconds(7));
    assert_eq!(later(429, None, r#"{"error":"rate_limit_exceeded","retry_after":9}"#), seconds(9));
    assert_eq!(later(429, Some("99999"), limited), seconds(3_600));
    assert_eq!(later(429, Some("9999999"), r#"{"error":"quota_exceeded"}"#), seconds(2_678_400));
    assert_eq!(later(503, Some("4"), "{}"), seconds(4));
    assert_eq!(later(429, None, limited), None);
    assert_eq!(later(429, Some("-1"), limited), None);
}

#[test]
fn a_429_that_is_not_json_is_a_rate_limit() {
    let response = ErrorResponse::new(429, b"slow down").with_retry_after(Some("3"));
    let error = AlterError::from_response(Surface::Main, &response);
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimit, Some(Duration::from_secs(3))));
    assert!(error.is_transient());
}

#[test]
fn quota_rate_limit_and_any_other_429_are_three_things() {
    let kind = |code: &str| refused(429, &json!({ "error": code, "message": "No." })).kind();
    assert_eq!(kind("quota_exceeded"), ErrorKind::QuotaExceeded);
    assert_eq!(kind("rate_limit_exceeded"), ErrorKind::RateLimit);
    assert_eq!(kind("billing_quota_exceeded"), ErrorKind::Backend);
    assert!(!refused(429, &json!({ "error": "quota_exceeded" })).is_transient());
}

#[test]
fn a_blocked_destination_has_a_text_of_ours_and_the_id_to_ask_about() {
    let body = json!({ "error": "blocked_destination", "message": "10.0.0.7 is internal" }).to_string();
    let response = ErrorResponse::new(422, body.as_bytes()).with_request_id(Some("req-1"));
    let error = AlterError::from_response(Surface::Main, &response);
    assert_eq!(error.kind(), ErrorKind::BlockedDestination);
    assert!(!error.to_string().contains("10.0.0.7"), "{error}");
    assert_eq!(error.request_id(), Some("req-1"));
}

#[test]
fn only_what_says_so_is_a_missing_grant_or_a_policy_s_refusal() {
    let plain = |status: u16, body: &str| {
        AlterError::from_response(Surface::Main, &ErrorResponse::new(status, body.as_bytes())).kind()
    };
    assert_eq!(plain(404, r#"{"error":"grant_not_found"}"#), ErrorKind::GrantNotFound);
    for other in
        ["Not Found", r#"{"detail":"Not Found"}"#, r#"{"error":"operation_not_found"}"#, r#"{"error":"new"}"#]
    {
        assert_eq!(plain(404, other), ErrorKind::Backend, "{other}");
    }
    assert_eq!(
        plain(403, r#"{"error":"office_hours"}"#),
        ErrorKind::PolicyViolation,
        "rules have words of their own"
    );
    for other in ["Forbidden", r#"{"detail":"Forbidden"}"#, "{}"] {
        assert_eq!(plain(403, other), ErrorKind::Backend, "{other}");
    }
    assert_eq!(refused(404, &json!({ "error": "operation_not_found" })).code(), Some("operation_not_found"));
}
