//! API keys: derived, rotated and ended.

use std::time::Duration;

use alter_client::{
    ErrorKind, KeyId,
    types::{ApiKeyStatus, ApiKeyType},
};
use serde_json::{Value, json};

use crate::{
    script::{Script, with},
    world::KEY_ID,
};

const PLAINTEXT: &str = "alter_dk_abcdefghijklmnopqrstuv_wa4lyb";
const MINUTE: Duration = Duration::from_secs(60);

fn key() -> KeyId {
    KEY_ID.parse().unwrap()
}

fn record() -> Value {
    json!({
        "id": KEY_ID, "name": "ci", "key_prefix": "alter_dk_abc", "key_type": "dk", "scopes": ["a:read"],
        "scope_version": 4, "created_at": "2026-01-01T00:00:00Z",
    })
}

fn minted() -> Value {
    with(record(), json!({ "api_key": PLAINTEXT }))
}

#[tokio::test]
async fn a_narrower_key_is_derived_for_a_while() {
    let script = Script::always(201, &minted());
    let made = script.agent().keys().derive(["a:read"], MINUTE).await.unwrap();
    assert_eq!((made.key_type, made.api_key.expose()), (ApiKeyType::Derived, PLAINTEXT));
    assert_eq!(
        script.only(),
        ("POST /sdk/keys/derive".to_owned(), r#"{"scopes":["a:read"],"expires_in":60}"#.to_owned())
    );
    let app = script.app();
    let all =
        app.keys().derive(["b:write", "a:read"], MINUTE).name("ci é").cidr_allowlist(["203.0.113.0/24"]);
    all.metadata(&json!({ "z": 1, "a": null })).await.unwrap();
    let body = concat!(
        r#"{"scopes":["b:write","a:read"],"expires_in":60,"cidr_allowlist":["203.0.113.0/24"],"#,
        r#""name":"ci \u00e9","metadata":{"z":1,"a":null}}"#
    );
    assert_eq!(script.asked()[1].body, body);
}

#[tokio::test]
async fn a_key_nobody_can_derive_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let mistakes = [
        app.keys().derive([""; 0], MINUTE),
        app.keys().derive([""], MINUTE),
        app.keys().derive(["a:read", "keys:derive"], MINUTE),
        app.keys().derive(["a:read"], Duration::ZERO),
        app.keys().derive(["a:read"], Duration::from_millis(1500)),
        app.keys().derive(["a:read"], Duration::MAX),
        app.keys().derive(["a:read"], MINUTE).metadata(&"none"),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn the_old_key_goes_on_for_seven_days_or_up_to_thirty() {
    let script = Script::always(201, &minted());
    let app = script.app();
    let rotate = || app.keys().rotate(&KEY_ID.parse().unwrap());
    rotate().await.unwrap();
    rotate().overlap_days(0).await.unwrap();
    rotate().overlap_days(30).await.unwrap();
    assert_eq!(rotate().overlap_days(31).await.unwrap_err().kind(), ErrorKind::Value);
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies, [r#"{"overlap_days":7}"#, r#"{"overlap_days":0}"#, r#"{"overlap_days":30}"#]);
    assert_eq!(script.lines()[0], format!("POST /sdk/keys/{KEY_ID}/rotate"));
}

#[tokio::test]
async fn a_key_is_ended_even_the_last_one_if_forced() {
    let script = Script::always(200, &record());
    let app = script.app();
    app.keys().revoke(&key()).await.unwrap();
    app.keys().revoke(&key()).force().await.unwrap();
    let path = format!("DELETE /sdk/keys/{KEY_ID}");
    assert_eq!(script.lines(), [path.clone(), format!("{path}?force=true")]);
}

#[tokio::test]
async fn a_key_s_record_says_whether_it_works_and_where_its_limit_comes_from() {
    let rotated = json!({ "deprecated_at": "2026-02-01T00:00:00Z" });
    let revoked = with(rotated.clone(), json!({ "revoked_at": "2026-03-01T00:00:00Z" }));
    let limited = json!({ "effective_rate_limit_rpm": 60, "rate_limit_source": "key" });
    let half = json!({ "effective_rate_limit_rpm": 60 });
    let script =
        Script::answers([json!({}), rotated, revoked, limited, half].map(|more| (200, with(record(), more))));
    let app = script.app();
    let mut status = Vec::new();
    for _ in 0..3 {
        status.push(app.keys().revoke(&key()).await.unwrap().status());
    }
    assert_eq!(status, [ApiKeyStatus::Active, ApiKeyStatus::Rotated, ApiKeyStatus::Revoked]);
    let limited = app.keys().revoke(&key()).await.unwrap();
    assert_eq!(
        (limited.effective_rate_limit_rpm, limited.rate_limit_source.as_deref()),
        (Some(60), Some("key"))
    );
    let half = app.keys().revoke(&key()).await.unwrap_err();
    assert_eq!((half.kind(), half.status()), (ErrorKind::Backend, Some(200)));
}

#[tokio::test]
async fn a_new_key_is_in_the_answer_and_in_no_text() {
    let malformed = json!({ "api_key": PLAINTEXT, "scope_version": PLAINTEXT });
    let script =
        Script::answers([(201, minted()), (201, minted()), (201, malformed.clone()), (201, malformed)]);
    let app = script.app();
    let derived = app.keys().derive(["a:read"], MINUTE).await.unwrap();
    let rotated = app.keys().rotate(&key()).await.unwrap();
    let not_derived = app.keys().derive(["a:read"], MINUTE).await.unwrap_err();
    let not_rotated = app.keys().rotate(&key()).await.unwrap_err();
    let shown = format!(
        "{derived:?} {rotated:?} {not_derived} {not_derived:?} {:?} {not_rotated:?} {:?}",
        not_derived.details(),
        not_rotated.details()
    );
    assert!(!shown.contains(PLAINTEXT), "{shown}");
    assert_eq!(rotated.api_key.expose(), PLAINTEXT);
}
