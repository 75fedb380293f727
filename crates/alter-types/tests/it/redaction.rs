//! A canary in every secret field of every model that has one: it never shows in `Debug` or in an error, and it
//! leaves a model that carries it to the other side only through that one field.

use std::{borrow::Borrow, fmt::Debug};

use alter_types as types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

const CANARY: &str = "canary-7f3a";
const ID: &str = "0b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e";
const TIME: &str = "2026-03-01T09:00:00Z";

/// Reads a model that holds the canary, and checks what it prints. `fields` says where the canary may be written.
fn carries<T: DeserializeOwned + Serialize + Debug>(body: impl Borrow<Value>, fields: &[&str]) {
    let body = body.borrow();
    let name = std::any::type_name::<T>();
    let model: T = serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let debug = format!("{model:?} {model:#?}");
    assert!(!debug.contains(CANARY), "{name}: {debug}");

    let mut written = serde_json::to_value(&model).expect("a model is JSON");
    for field in fields {
        let carried = written.as_object_mut().and_then(|object| object.shift_remove(*field));
        assert!(
            carried.is_some_and(|value| value.to_string().contains(CANARY)),
            "{name}.{field} is not sent"
        );
    }
    assert!(!written.to_string().contains(CANARY), "{name} leaks into {written}");

    refuses_quietly::<T>(body);
}

/// Breaks every field in turn; no error may repeat a value.
fn refuses_quietly<T: DeserializeOwned + Debug>(body: &Value) {
    for name in body.as_object().expect("models are objects").keys() {
        for broken in [json!([CANARY, { "deep": CANARY }]), json!(CANARY), json!({ "nested": CANARY })] {
            let mut body = body.clone();
            body[name] = broken;
            if let Err(error) = types::read_json::<T>(body.to_string().as_bytes()) {
                let text = format!("{error} {error:?}");
                assert!(!text.contains(CANARY), "{}.{name}: {text}", std::any::type_name::<T>());
            }
        }
    }
}

#[test]
fn credentials_and_tokens_never_print() {
    carries::<types::TokenWire>(
        json!({ "access_token": CANARY, "grant_id": ID, "additional_credentials": { "secret_key": CANARY } }),
        &["access_token", "additional_credentials"],
    );
    carries::<types::TokenResponse>(
        json!({ "access_token": CANARY, "grant_id": ID, "additional_credentials": { "part": CANARY } }),
        &[],
    );
    let call = json!({ "method": "GET", "url": "https://api.example.com/" });
    carries::<types::TokenRequest>(
        json!({ "grant_id": ID, "request": call, "user_token": CANARY }),
        &["user_token"],
    );
    let proxied = json!({
        "method": "GET", "url": "u", "grant_id": ID, "user_token": CANARY,
        "body": { "card": CANARY }, "headers": { "X-Note": CANARY }, "query_params": { "q": CANARY },
    });
    carries::<types::ProxyRequest>(proxied, &["user_token", "body", "headers", "query_params"]);
}

#[test]
fn keys_never_print() {
    let agent = json!({
        "id": ID, "name": "n", "type": "agent", "status": "active", "version": 1, "created_at": TIME,
        "api_key": CANARY, "key_id": ID,
    });
    carries::<types::AgentCreateResult>(agent, &["api_key"]);
    let key = json!({ "key_id": ID, "key_prefix": "p", "name": "n", "created_at": TIME, "api_key": CANARY });
    carries::<types::AgentKeyMintResult>(key, &["api_key"]);
    let minted = json!({
        "id": ID, "name": "n", "key_prefix": "p", "key_type": "rk", "scopes": [], "scope_version": 1,
        "created_at": TIME, "api_key": CANARY,
    });
    carries::<types::MintedKey>(minted, &["api_key"]);
}

#[test]
fn sessions_and_user_tokens_never_print() {
    let session = json!({
        "session_token": CANARY, "connect_url": format!("https://c.test/#{CANARY}"), "expires_in": 1, "expires_at": TIME,
    });
    carries::<types::ConnectSession>(&session, &["session_token", "connect_url"]);
    carries::<types::ManagedSecretConnectSession>(session, &["session_token", "connect_url"]);
    let sign_in = json!({
        "session_token": CANARY, "auth_url": format!("https://i.test/?state={CANARY}"), "expires_in": 1, "expires_at": TIME,
    });
    carries::<types::AuthSession>(sign_in, &["session_token", "auth_url"]);
    carries::<types::ConnectPollRequest>(json!({ "session_token": CANARY }), &["session_token"]);
    carries::<types::AuthPollRequest>(json!({ "session_token": CANARY }), &["session_token"]);
    carries::<types::VerifyTokenRequest>(json!({ "token": CANARY }), &["token"]);
    carries::<types::AuthResult>(
        json!({ "user_token": CANARY, "user_info": { "sub": "u", "email": CANARY } }),
        &["user_token", "user_info"],
    );
    carries::<types::UserPrincipal>(json!({ "user_token": CANARY, "label": "l" }), &["user_token"]);
    carries::<types::Principal>(
        json!({ "type": "user", "user_token": CANARY, "label": "l" }),
        &["user_token"],
    );
    carries::<types::ListGrantsRequest>(json!({ "user_token": CANARY }), &["user_token"]);
    carries::<types::RevokeGrantRequest>(json!({ "user_token": CANARY }), &["user_token"]);
    carries::<types::ConnectSessionRequest>(json!({ "user_token": CANARY }), &["user_token"]);
    carries::<types::ManagedSecretConnectSessionRequest>(json!({ "user_token": CANARY }), &["user_token"]);
    carries::<types::ResolveIdentityRequest>(
        json!({ "include_profile": false, "user_token": CANARY }),
        &["user_token"],
    );
    carries::<types::AssertIdentityRequest>(
        json!({ "include_profile": false, "user_token": CANARY, "audience": "https://a.test" }),
        &["user_token"],
    );
    carries::<types::IdentityAssertion>(
        json!({ "token": CANARY, "expires_at": TIME, "identity": { "app_id": "a" } }),
        &["token"],
    );
}

#[test]
fn bodies_and_personal_data_stay_out_of_debug() {
    carries::<types::ApprovalResult>(
        json!({ "status_code": 200, "headers": { "x": CANARY }, "body_b64": "" }),
        &["headers"],
    );
    carries::<types::IdentityContext>(
        json!({ "app_id": "a", "email": CANARY, "display_name": CANARY }),
        &["email", "display_name"],
    );
    let report = json!({
        "grant_id": ID, "provider_id": "p", "method": "GET", "url": "u", "response_status": 200, "latency_ms": 1,
        "request_headers": { "X-A": CANARY }, "request_body": CANARY, "response_body": CANARY,
    });
    carries::<types::ApiCallAuditLog>(report, &["request_headers", "request_body", "response_body"]);
}

#[test]
fn a_sanitised_report_has_no_header_that_could_hold_a_credential() {
    let grant = ID.parse().expect("a UUID");
    let mut call = types::ApiCallAuditLog::new(grant, "GET", "https://api.example.com/");
    let spelt = |name: &str| [name.to_owned(), name.to_uppercase()];
    let headers = types::SENSITIVE_HEADERS.iter().flat_map(|name| spelt(name));
    call.request_headers = Some(headers.map(|name| (name, CANARY.to_owned())).collect());
    call.response_headers.clone_from(&call.request_headers);

    let sent = serde_json::to_value(call.sanitized()).expect("a report is JSON");
    assert_eq!((&sent["request_headers"], &sent["response_headers"]), (&json!({}), &json!({})));
    call.sanitize();
    assert_eq!(serde_json::to_value(&call).expect("a report is JSON"), sent);
}
