//! Retrieve mode from end to end.

use alter_client::{Caller, ErrorKind, ProviderId, Reply, Secret};
use serde_json::json;

use crate::world::{CANARY, GRANT, KEY, World, grant, token};

#[tokio::test]
async fn a_call_reaches_the_provider_with_the_credential_and_leaves_a_row() {
    let world = World::new().await;
    let reply = world
        .app
        .grant(&grant())
        .post(world.url("/v1/{team}/invoices?own=1"))
        .path("team", "b/1")
        .query("page", 2)
        .header("Accept-Language", "de")
        .json(&json!({ "amount": 1 }))
        .reason("invoice 118")
        .context("run", "7")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.json::<serde_json::Value>().unwrap(), json!({ "ok": true }));
    assert_eq!(reply.meta().attempts, 1);

    let sent = &world.at_provider()[0];
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/v1/b%2F1/invoices?own=1&page=2"));
    assert_eq!(sent.header("authorization"), Some(&*format!("Bearer {CANARY}")));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("accept-language"), Some("de"));
    assert!(sent.header("user-agent").unwrap().starts_with("alter-sdk-rust/"));
    assert_eq!(sent.header("x-api-key"), None);
    assert!(sent.headers.keys().all(|name| !name.as_str().starts_with("x-alter-")));
    assert_eq!(sent.body, br#"{"amount":1}"#);

    let declared = world.url("/v1/b%2F1/invoices?own=1");
    let asked = &world.at_vault("/sdk/token")[0];
    assert_eq!(
        asked.json(),
        json!({ "grant_id": GRANT, "reason": "invoice 118", "request": { "method": "POST", "url": declared } })
    );
    assert_eq!(asked.header("x-alter-context"), Some(r#"{"run":"7"}"#));

    let rows = world.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["url"], declared);
    assert_eq!(rows[0]["request_body"], json!({ "amount": 1 }));
    assert_eq!(rows[0]["response_status"], 200);
    assert_eq!(rows[0]["context"], json!({ "run": "7" }));
    assert!(!format!("{rows:?}").contains(CANARY));
}

#[tokio::test]
async fn addressing_by_provider_travels_as_narrowed() {
    let world = World::new().await;
    let github: ProviderId = "github".parse().unwrap();
    let access = world.app.provider(&github).account("a@example.com").label("work");
    access.as_user(Secret::from("fake.user.jwt")).get(world.url("/")).send().await.unwrap();
    assert_eq!(
        world.at_vault("/sdk/token")[0].json(),
        json!({
            "provider_id": "github",
            "reason": null,
            "request": { "method": "GET", "url": world.url("/") },
            "user_token": "fake.user.jwt",
            "account": "a@example.com",
            "label": "work",
        })
    );
}

#[tokio::test]
async fn a_providers_refusal_is_an_error_with_the_whole_reply() {
    let world = World::new().await;
    world.provider_answers(422, json!({ "why": "amount" }));
    let call = || world.app.grant(&grant()).post(world.url("/")).body("x");
    let error = call().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ProviderApi, Some(422)));
    assert!(!error.may_have_executed());
    let reply = Reply::of(&error).unwrap();
    assert_eq!(reply.text().unwrap(), r#"{"why":"amount"}"#);
    assert_eq!(reply.headers()["x-request-id"], "req-1");
    assert_eq!(call().any_status().send().await.unwrap().status(), 422);
}

#[tokio::test]
async fn a_401_and_a_drifted_403_say_that_the_grant_needs_repair() {
    let world = World::new().await;
    let call = || world.app.grant(&grant()).get(world.url("/")).send();
    world.provider_answers(401, json!({}));
    let error = call().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ProviderUnauthorized);
    assert_eq!(error.recovery().unwrap().provider_id, "acme");
    world.provider_answers(403, json!({}));
    assert_eq!(call().await.unwrap_err().kind(), ErrorKind::ProviderApi);
    world.vault_answers("/sdk/token", 200, token(json!({ "scope_mismatch": true })));
    assert_eq!(call().await.unwrap_err().kind(), ErrorKind::ScopeReauthRequired);
}

#[tokio::test]
async fn missing_scopes_are_read_from_any_challenge() {
    let world = World::new().await;
    world.provider_adds("www-authenticate", r#"Basic realm="x""#);
    world.provider_adds("www-authenticate", r#"Bearer error="insufficient_scope", scope="a b""#);
    let call = || world.app.grant(&grant()).get(world.url("/")).send();
    world.provider_answers(403, json!({}));
    let error = call().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScopeReauthRequired);
    assert!(error.is_provider() && error.recovery().is_some());
    world.provider_answers(401, json!({}));
    assert_eq!(call().await.unwrap_err().kind(), ErrorKind::ProviderApi);
}

#[tokio::test]
async fn the_vaults_refusal_is_typed_and_nothing_was_sent() {
    let world = World::new().await;
    world.vault_answers(
        "/sdk/token",
        403,
        json!({ "error": "grant_revoked", "message": "Revoked by the user.", "grant_id": GRANT }),
    );
    let error = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::GrantRevoked, Some("grant_revoked")));
    assert_eq!(error.to_string(), "Revoked by the user.");
    assert_eq!(error.request_id(), Some("req-1"));
    assert!(!error.may_have_executed());
    assert!(world.at_provider().is_empty() && world.rows().await.is_empty());
}

#[tokio::test]
async fn an_answer_without_a_usable_credential_is_not_repeated_in_the_error() {
    let world = World::new().await;
    for answer in [
        json!({ "access_token": CANARY }),
        json!([CANARY]),
        token(json!({ "injection_header": "Host" })),
        token(json!({ "injection_format": "AWS4-HMAC-SHA256" })),
    ] {
        world.vault_answers("/sdk/token", 200, answer);
        let error = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
        assert!(error.is_backend(), "{error:?}");
        let mut text = format!("{error:?} {error}");
        let mut cause = std::error::Error::source(&error);
        while let Some(current) = cause {
            text = format!("{text} {current:?} {current}");
            cause = current.source();
        }
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(world.at_provider().is_empty());
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_a_network_error_with_a_row() {
    let world = World::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = world.app.grant(&grant()).get(&nobody).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(!error.may_have_executed(), "no connection, so nothing was sent");
    let rows = world.rows().await;
    assert_eq!(rows[0]["response_body"], "<transport error: network>");
}

#[tokio::test]
async fn a_caller_of_its_own_signs_both_the_call_and_its_row() {
    let world = World::with(|builder| builder.caller(Caller::service("billing").unwrap())).await;
    world.app.grant(&grant()).get(world.url("/")).caller("mailer").send().await.unwrap();
    world.app.close().await;
    for path in ["/sdk/token", "/sdk/oauth/audit/api-call"] {
        let request = &world.at_vault(path)[0];
        assert_eq!(request.header("x-alter-caller"), Some("mailer"), "{path}");
        assert_eq!(request.header("x-alter-caller-type"), Some("service"), "{path}");
    }
}

#[tokio::test]
async fn the_callers_user_agent_wins_towards_the_provider_only() {
    let world = World::new().await;
    world.app.grant(&grant()).get(world.url("/")).header("user-agent", "mine/1").send().await.unwrap();
    assert_eq!(world.at_provider()[0].header("user-agent"), Some("mine/1"));
    assert_ne!(world.at_vault("/sdk/token")[0].header("user-agent"), Some("mine/1"));
}

#[tokio::test]
async fn nothing_printable_holds_the_key_or_the_credential() {
    let world = World::new().await;
    let access = world.app.grant(&grant()).as_user(Secret::from("fake.user.jwt"));
    let call = access.get(world.url("/")).header("x-mine", "header-value").query("q", "query-value");
    let texts = format!("{:?} {access:?} {call:?}", world.app);
    let reply = call.send().await.unwrap();
    let texts = format!("{texts} {reply:?} {:?}", reply.meta());
    for secret in [CANARY, KEY, "fake.user.jwt", "header-value", "query-value", r#"{"ok":true}"#] {
        assert!(!texts.contains(secret), "{secret} in {texts}");
    }
}

#[tokio::test]
async fn a_reply_knows_how_the_call_went_and_so_does_an_error() {
    let world = World::new().await;
    let refresh = json!({ "total_attempts": 2, "successful_attempt": 2, "errors": [] });
    world.vault_answers("/sdk/token", 200, token(json!({ "retry_info": refresh })));
    for (name, value) in [("limit", "600"), ("remaining", "599"), ("reset", "1790000030")] {
        world.vault_adds(["x-ratelimit-", name].concat().leak(), value);
    }
    world.vault_adds("x-alter-key-deprecated", "true");
    let reply = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    let meta = reply.meta();
    assert_eq!((meta.attempts, meta.request_id.as_deref()), (1, Some("req-1")));
    assert_eq!(meta.refresh.as_ref().unwrap().total_attempts, 2);
    assert_eq!(meta.rate_limit.unwrap().remaining, 599);
    assert!(!meta.elapsed.is_zero());
    assert_eq!(world.app.rate_limit(), meta.rate_limit);
    assert!(world.app.is_key_deprecated());

    world.vault_answers("/sdk/token", 403, json!({ "error": "grant_revoked", "message": "Revoked." }));
    let error = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    let meta = alter_client::call_meta(&error).unwrap();
    assert_eq!((meta.request_id.as_deref(), error.request_id()), (Some("req-1"), Some("req-1")));
    assert_eq!(meta.rate_limit.unwrap().remaining, 599);
    assert!(!meta.elapsed.is_zero());
}
