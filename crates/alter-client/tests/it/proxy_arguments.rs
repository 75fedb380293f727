//! What a call in proxy mode may carry, and what goes with it.

use alter_client::{Caller, ErrorKind};
use serde_json::{Value, json};

use crate::world::{World, grant};

const ACTOR: &str = "0f9f0000-0000-4000-8000-00000000000a";
const URL: &str = "https://api.example.com/";

fn done() -> Value {
    json!({ "status_code": 200, "headers": {}, "body_b64": "", "duration_ms": 1 })
}

#[tokio::test]
async fn no_header_that_could_hold_a_credential_is_passed_on_however_it_is_spelt() {
    let world = World::new().await;
    world.vault_answers("/sdk/proxy", 200, done());
    let reserved = [
        "host",
        "authorization",
        "proxy-authorization",
        "authentication",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-auth-token",
        "x-amz-security-token",
        "x-amz-date",
        "x-amz-content-sha256",
        "x-goog-authorization",
        "x-goog-iam-authorization-token",
        "x-stripe-account",
        "x-shopify-access-token",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
    ];
    for name in reserved {
        for spelling in [name.to_owned(), name.to_uppercase()] {
            let call = world.app.grant(&grant()).get(URL).header(&spelling, "x");
            assert_eq!(call.proxy().await.unwrap_err().kind(), ErrorKind::Value, "{spelling}");
        }
    }
    for no_token in ["", "a b", "a:b", "ä", "a\n", "(a)"] {
        let call = world.app.grant(&grant()).get(URL).header(no_token, "x");
        assert_eq!(call.proxy().await.unwrap_err().kind(), ErrorKind::Value, "{no_token:?}");
    }
    assert!(world.at_vault("/sdk/proxy").is_empty());
}

#[tokio::test]
async fn any_json_value_is_a_body_and_nothing_json_cannot_hold_is() {
    let world = World::new().await;
    world.vault_answers("/sdk/proxy", 200, done());
    let post = || world.app.grant(&grant()).post(URL);
    let values = [
        json!("text"),
        json!(7),
        json!(1.5),
        json!(false),
        json!([]),
        json!({}),
        json!({ "b": 1, "a": null }),
    ];
    for body in &values {
        post().json(body).proxy().await.unwrap();
    }
    let sent: Vec<_> = world.at_vault("/sdk/proxy").iter().map(|call| call.json()["body"].clone()).collect();
    assert_eq!(sent, values);
    let text = String::from_utf8(world.at_vault("/sdk/proxy")[6].body.clone()).unwrap();
    assert!(text.contains(r#""body":{"b":1,"a":null}"#), "in the order of the caller: {text}");
    for number in [f64::NAN, f64::INFINITY] {
        let nested = json!({ "fine": 1 });
        for call in [post().json(&number), post().json(&(nested, vec![number]))] {
            assert_eq!(call.proxy().await.unwrap_err().kind(), ErrorKind::Value);
        }
        let direct = post().json(&number).send().await.unwrap_err();
        assert!(direct.to_string().contains("not a number"), "{direct}");
    }
    assert_eq!(world.at_vault("/sdk/proxy").len(), values.len());
    assert!(world.at_vault("/sdk/token").is_empty());
}

#[tokio::test]
async fn who_calls_and_in_what_context_travels_as_with_a_direct_call() {
    let world = World::with(|builder| builder.caller(Caller::service("billing").unwrap())).await;
    world.vault_answers("/sdk/proxy", 200, done());
    world.vault_adds("x-alter-actor-id", ACTOR);
    let get = || world.app.grant(&grant()).get(URL);
    get().proxy().await.unwrap();
    get().context("run", "7").proxy().await.unwrap();
    get().caller("mailer").proxy().await.unwrap();
    let sent = world.at_vault("/sdk/proxy");
    let header = |index: usize, name: &str| sent[index].header(name).map(str::to_owned);
    assert_eq!(header(0, "x-alter-actor-id"), None);
    assert_eq!(header(1, "x-alter-actor-id").as_deref(), Some(ACTOR), "learnt from a proxied call");
    assert_eq!(header(1, "x-alter-context").as_deref(), Some(r#"{"run":"7"}"#));
    assert_eq!(header(2, "x-alter-actor-id"), None, "that id belongs to another caller");
    assert_eq!(header(2, "x-alter-caller").as_deref(), Some("mailer"));
    assert_eq!(header(2, "x-alter-caller-type").as_deref(), Some("service"));
}

#[tokio::test]
async fn addressing_by_provider_travels_as_narrowed_and_no_field_may_be_empty() {
    let world = World::new().await;
    world.vault_answers("/sdk/proxy", 200, done());
    let github = "github".parse().unwrap();
    let access = world.app.provider(&github).account("a@example.com").label("work").app_user("u-1");
    access.get(URL).proxy().await.unwrap();
    let body = world.at_vault("/sdk/proxy")[0].json();
    for (field, value) in
        [("provider_id", "github"), ("account", "a@example.com"), ("label", "work"), ("app_user_id", "u-1")]
    {
        assert_eq!(body[field], value, "{field}");
    }
    assert_eq!(body.get("grant_id"), None);
    let narrowed = || world.app.provider(&github);
    for empty in [narrowed().account(""), narrowed().label(""), narrowed().app_user("")] {
        assert_eq!(empty.get(URL).proxy().await.unwrap_err().kind(), ErrorKind::Value);
        assert_eq!(empty.get(URL).send().await.unwrap_err().kind(), ErrorKind::Value);
    }
}

#[tokio::test]
async fn what_became_of_an_approval_is_typed_and_every_refusal_has_its_status() {
    let world = World::new().await;
    let proxy = || world.app.grant(&grant()).get(URL).proxy();
    for (status, code, kind) in [
        (403, "approval_denied", ErrorKind::ApprovalDenied),
        (410, "approval_expired", ErrorKind::ApprovalExpired),
        (502, "approval_execution_failed", ErrorKind::ApprovalExecutionFailed),
        (403, "policy_violation", ErrorKind::PolicyViolation),
        (404, "grant_not_found", ErrorKind::GrantNotFound),
        (429, "rate_limit_exceeded", ErrorKind::RateLimit),
        (500, "internal_error", ErrorKind::Backend),
        (418, "something_new", ErrorKind::Backend),
    ] {
        world.vault_answers("/sdk/proxy", status, json!({ "error": code, "message": "No." }));
        let error = proxy().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{code}");
        assert!(error.is_approval() || error.code() == Some(code), "{error:?}");
    }
}

#[tokio::test]
async fn an_approval_without_what_is_needed_to_decide_it_is_no_approval() {
    let world = World::new().await;
    let gate = json!({
        "approval_id": "22222222-2222-4333-8444-555555555555",
        "expires_at": "2026-07-01T12:00:00Z",
        "expires_in": 300,
        "approval_url": "https://vault.example.com/approve/1",
    });
    let mut whole = gate.clone();
    whole["approval_group_id"] = "33333333-2222-4333-8444-555555555555".into();
    whole["status"] = "pending".into();
    whole["gates"] = json!([gate]);
    for (field, value) in [
        ("gates", json!([])),
        ("approval_url", json!("")),
        ("approval_id", json!("1")),
        ("approval_group_id", json!("1")),
        ("status", json!("approved")),
        ("expires_at", json!("soon")),
    ] {
        let mut broken = whole.clone();
        broken[field] = value;
        world.vault_answers("/sdk/proxy", 202, broken);
        let error = world.app.grant(&grant()).get(URL).proxy().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Backend, "{field}");
    }
    world.vault_answers("/sdk/proxy", 202, whole);
    let alter_client::Outcome::Waiting(pending) = world.app.grant(&grant()).get(URL).proxy().await.unwrap()
    else {
        panic!("it waits")
    };
    assert_eq!(pending.gates.len(), 1);
    assert_eq!(pending.approval_group_id.unwrap().to_string(), "33333333-2222-4333-8444-555555555555");
}
