//! Errors of reading name the field and the rule.

use alter_types::{
    ConnectResult, PendingApproval, TokenRequest, UnifiedGrantListResult, UserSpan, read_json,
};
use serde::de::DeserializeOwned;

fn sentence<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
    read_json::<T>(json.as_bytes()).expect_err("not the model").to_string()
}

#[test]
fn the_path_leads_to_the_value() {
    assert_eq!(
        sentence::<ConnectResult>(r#"{"grant_id":"g","provider_id":5}"#),
        "provider_id: expected a string"
    );
    let nested = r#"{"grant_id":"g", "provider_id":"p",
        "failed_grants": [{"provider_id":"p","reason":"r","message":"m"}, {"provider_id":"p","reason":"","message":"m"}]}"#;
    assert_eq!(sentence::<ConnectResult>(nested), "failed_grants[1].reason: must not be empty");
    let call =
        r#"{"grant_id":"0b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e","request":{"method":"GET"},"reason":null}"#;
    assert_eq!(sentence::<TokenRequest>(call), "request: missing field `url`");
    assert_eq!(
        sentence::<UnifiedGrantListResult>(r#"{"grants":[{"grant_kind":"oauth","grant_id":{"a":[1]}}]}"#),
        "grants[0].grant_id: expected a string"
    );
}

#[test]
fn rules_across_fields_are_about_the_whole() {
    let span = r#"{"trace_id":"","name":"n","start_time":"2026-03-01T09:05:00Z"}"#;
    assert_eq!(sentence::<UserSpan>(span), "trace_id: expected 1 to 255 characters");
    assert_eq!(
        sentence::<TokenRequest>(r#"{"request":{"method":"GET","url":"u"}}"#),
        "one of grant_id and provider_id is required"
    );
    assert!(sentence::<PendingApproval>("{}").contains("missing field"));
}

#[test]
fn what_is_not_json_says_where() {
    let error = read_json::<TokenRequest>(b"{\"grant_id\":\n canary}").expect_err("not JSON");
    assert!(
        !error.is_json() && error.to_string().contains("line 2") && !error.to_string().contains("canary")
    );
}
