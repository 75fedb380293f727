//! How a connect session ends: finished, failed, expired.

use alter_client::{ErrorKind, types::ConnectOperation};
use serde_json::{Value, json};

use crate::{
    connect_wait::{expired, failed, pending, wait},
    script::{says, says_text},
    world::GRANT,
};

#[tokio::test(start_paused = true)]
async fn every_way_to_fail_has_its_kind() {
    for (code, kind, status) in [
        ("connect_denied", ErrorKind::ConnectDenied, None),
        ("connect_config_error", ErrorKind::ConnectConfig, None),
        ("invalid_redirect_uri", ErrorKind::ConnectConfig, None),
        ("invalid_client", ErrorKind::ConnectConfig, None),
        ("unauthorized_client", ErrorKind::ConnectConfig, None),
        ("provider_configuration_unavailable", ErrorKind::ConnectConfig, None),
        ("shared_dev_credential_unavailable", ErrorKind::ConnectConfig, None),
        ("managed_oauth_scope_approval_required", ErrorKind::ConnectConfig, None),
        ("brand_new_code", ErrorKind::ConnectFlow, None),
        ("service_unavailable", ErrorKind::Backend, Some(503)),
        ("identity_provider_inactive", ErrorKind::Backend, Some(409)),
        ("identity_group_name_ambiguous", ErrorKind::Backend, Some(409)),
    ] {
        let (outcome, script) = wait([pending(), failed(code)], 300).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.to_string().as_str()),
            (kind, status, "Sorry."),
            "{code}"
        );
        assert_eq!((error.code(), error.details()["retry_after_seconds"].as_u64()), (Some(code), Some(5)));
        assert_eq!(script.asked().len(), 2, "what the session failed with is no failed poll: {code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_is_read_strictly() {
    let grant = json!({ "grant_id": GRANT, "provider_id": "acme" });
    let with = |name: &str, value: Value| {
        let mut grant = grant.clone();
        grant[name] = value;
        json!({ "grants": [grant] })
    };
    for (field, body) in [
        ("grants", json!({ "grants": {} })),
        ("grants", json!({ "grants": ["x"] })),
        ("grants", json!({ "grants": [{ "grant_id": GRANT }] })),
        ("scopes", with("scopes", json!("read"))),
        ("operation", with("operation", json!("other"))),
        ("delegation", with("delegation", json!({ "agent_id": "x", "delegable": true }))),
        ("account_identifier", with("account_identifier", json!(7))),
        ("failed_grants", json!({ "grants": [grant], "failed_grants": {} })),
    ] {
        let mut body = body;
        body["status"] = "completed".into();
        let (outcome, _) = wait([says(200, body)], 300).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), &error.details()["field"]), (ErrorKind::Backend, &json!(field)));
    }
    for text in ["x", "[]", "{}"] {
        let (outcome, _) = wait([says_text(200, text)], 300).await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Backend, "{text}");
    }
    let (outcome, _) = wait([says(200, json!({ "status": "completed" }))], 300).await;
    assert!(outcome.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_repair_is_told_from_a_creation_and_partial_failure_from_total_failure() {
    let body = json!({
        "status": "completed",
        "grants": [
            { "grant_id": GRANT, "provider_id": "acme", "operation": "reauth" },
            { "grant_id": GRANT, "provider_id": "b", "operation": null },
        ],
        "failed_grants": [{ "provider_id": "c", "reason": "not_selected", "message": "Left out." }],
    });
    let (outcome, _) = wait([says(200, body)], 300).await;
    let results = outcome.unwrap();
    let operations: Vec<_> = results.iter().map(|result| result.operation).collect();
    assert_eq!(operations, [ConnectOperation::Reauth, ConnectOperation::Creation]);
    assert!(results.iter().all(|result| result.failed_grants[0].provider_id == "c"));

    for (reason, code) in
        [("activation_failed", "grant_activation_failed"), ("limit", "grant_policy_application_failed")]
    {
        let failed = json!([
            { "provider_id": "a", "reason": "not_selected", "message": "m" },
            { "provider_id": "b", "reason": reason, "message": "m" },
        ]);
        let (outcome, _) =
            wait([says(200, json!({ "status": "completed", "failed_grants": failed }))], 300).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectFlow, Some(code)));
        assert_eq!(error.details()["failed_grants"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn expiry_says_whether_the_session_was_ever_alive() {
    let (outcome, _) = wait([pending(), expired()], 300).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.kind(), &error.details()["reason"]),
        (ErrorKind::ConnectTimeout, &json!("session_expired"))
    );
    let (outcome, _) = wait([expired()], 300).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectFlow);
    let (outcome, _) = wait([says(200, json!({ "status": "paused" }))], 300).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), &error.details()["status"]), (ErrorKind::ConnectFlow, &json!("paused")));
}
