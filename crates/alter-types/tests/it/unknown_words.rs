//! What a word this release does not know does, enum by enum.

use alter_types::{
    AgentStatus, ErrorCode, GrantListItem, ManagedSecretConnectSession, ManagedSecretGrantItem, Provider,
    TokenWire,
};
use serde_json::json;

#[test]
fn a_closed_enum_refuses_it_without_repeating_it() {
    let error = serde_json::from_value::<AgentStatus>(json!("canary")).expect_err("not a status");
    assert!(error.to_string().contains("`active`, `inactive`, `revoked`"), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
    assert!(serde_json::from_value::<AgentStatus>(json!("ACTIVE")).is_err(), "case matters");
}

#[test]
fn an_open_one_keeps_it() {
    for word in ["aws", "my-internal-api", ""] {
        let provider: Provider = serde_json::from_value(json!(word)).expect("any text");
        assert_eq!((provider.as_str(), serde_json::to_value(&provider).unwrap()), (word, json!(word)));
    }
    let code: ErrorCode = serde_json::from_value(json!("brand_new")).expect("any text");
    assert_eq!((code.as_str(), code.status()), ("brand_new", None));
}

#[test]
fn the_official_providers_come_first() {
    assert_eq!(Provider::KNOWN.len(), alter_types::OFFICIAL_PROVIDERS + 1);
    assert_eq!(Provider::KNOWN.last(), Some(&Provider::Aws));
}

#[test]
fn a_tolerant_field_reads_it_as_none() {
    let session = json!({
        "session_token": "s", "connect_url": "u", "expires_in": 1, "expires_at": "t", "path": "teleport",
    });
    let session: ManagedSecretConnectSession = serde_json::from_value(session).expect("the path is tolerant");
    assert_eq!(session.path, None);

    let item = json!({
        "grant_id": "g", "managed_secret_id": "m", "managed_secret_slug": "s", "managed_secret_name": "n",
        "status": "active", "created_at": "t", "principal_type": "system",
        "credential_kind": 5, "label": 7, "depth": 1.5, "delegable": "yes", "grant_policy": [], "scope_constraint": "x",
    });
    let item: ManagedSecretGrantItem = serde_json::from_value(item).expect("these fields are tolerant");
    assert_eq!((item.credential_kind, item.label, item.depth, item.delegable), (None, None, 0, false));
    assert_eq!((item.grant_policy, item.scope_constraint), (None, None));
}

#[test]
fn a_tag_is_never_guessed() {
    for tag in [json!(null), json!("ssh"), json!(5)] {
        let item = json!({ "grant_kind": tag, "grant_id": "g", "provider_id": "p" });
        assert!(serde_json::from_value::<GrantListItem>(item).is_err(), "{tag}");
    }
}

#[test]
fn unknown_fields_are_ignored_in_answers() {
    let answer =
        json!({ "access_token": "t", "grant_id": "11111111-2222-4333-8444-555555555555", "new": [1] });
    assert!(serde_json::from_value::<TokenWire>(answer).is_ok());
}
