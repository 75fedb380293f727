//! The credential the vault releases: checked whole before any of it is used, and put where it says.

use alter_client::{ErrorKind, Reply};
use serde_json::{Value, json};

use crate::world::{CANARY, World, grant, token};

async fn call(world: &World) -> alter_client::Result<Reply> {
    world.app.grant(&grant()).get(world.url("/v1?own=1")).query("mine", "1").send().await
}

#[tokio::test]
async fn whatever_is_wrong_with_a_credential_it_is_not_used() {
    let many = |count: usize| -> Value {
        (0..count).map(|i| (format!("part{i}"), json!("x"))).collect::<serde_json::Map<_, _>>().into()
    };
    let rule = |key: &str, target: &str, source: &str| json!({ "additional_injections": [{ "target": target, "key": key, "value_source": source }] });
    let rules = |count: usize| {
        let rule = json!({ "target": "header", "key": "X-K", "value_source": "token" });
        json!({ "additional_injections": vec![rule; count] })
    };
    let changes = [
        json!({ "access_token": "" }),
        json!({ "access_token": "a\r\nb" }),
        json!({ "access_token": 7 }),
        json!({ "token_type": " " }),
        json!({ "token_type": "t".repeat(256) }),
        json!({ "expires_in": -1 }),
        json!({ "expires_in": "soon" }),
        json!({ "expires_at": "2026-02-30T00:00:00Z" }),
        json!({ "expires_at": "2026-01-01 00:00:00" }),
        json!({ "scopes": [""] }),
        json!({ "scopes": "a b" }),
        json!({ "grant_id": "not-an-id" }),
        json!({ "grant_id": null }),
        json!({ "provider_id": " acme" }),
        json!({ "provider_id": "p".repeat(256) }),
        json!({ "scope_mismatch": "yes" }),
        json!({ "token_generation": "7" }),
        json!({ "injection_header": "" }),
        json!({ "injection_header": "X Key" }),
        json!({ "injection_header": "h".repeat(61) }),
        json!({ "injection_format": "Bearer" }),
        json!({ "injection_format": format!("{{token}}{}", "f".repeat(200)) }),
        json!({ "injection_format": "Bearer {token}\r\nX-More: 1" }),
        json!({ "additional_credentials": many(11) }),
        json!({ "additional_credentials": { "k".repeat(51): "x" } }),
        json!({ "additional_credentials": { "k": " " } }),
        json!({ "additional_credentials": { "k": "v".repeat(8_193) } }),
        json!({ "additional_credentials": { "k": "a\nb" } }),
        rules(11),
        rule("X K", "header", "token"),
        rule("Host", "header", "token"),
        rule("k", "body", "token"),
        rule("k", "header", "somewhere"),
        rule(&"k".repeat(101), "header", "token"),
        json!({ "additional_injections": [{ "target": "header", "key": "k", "value_source": "token", "more": 1 }] }),
    ];
    let world = World::new().await;
    let forbidden = [
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "upgrade",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "cookie",
        "set-cookie",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "x-http-method-override",
        "x-method-override",
        "www-authenticate",
        "strict-transport-security",
        "Content-Security-Policy",
    ]
    .map(|header| json!({ "injection_header": header }));
    for change in changes.into_iter().chain(forbidden) {
        world.vault_answers("/sdk/token", 200, token(change.clone()));
        let error = call(&world).await.expect_err(&change.to_string());
        assert_eq!(error.kind(), ErrorKind::Backend, "{change}");
        assert!(!error.may_have_executed(), "{change}");
        assert!(!format!("{error} {error:?}").contains(CANARY));
    }
    assert!(world.at_provider().is_empty() && world.rows().await.is_empty());
}

#[tokio::test]
async fn limits_are_inclusive_and_what_is_not_known_is_passed_over() {
    let world = World::new().await;
    for change in [
        json!({ "token_type": "t".repeat(255), "expires_in": 0, "scopes": [] }),
        json!({ "expires_in": null, "expires_at": "2026-01-01T01:00:00.123456789+02:00" }),
        json!({ "provider_id": "", "token_generation": null }),
        json!({ "injection_header": "H".repeat(60) }),
        json!({ "injection_format": format!("{{token}}{}", "f".repeat(193)) }),
        json!({ "additional_credentials": { "k".repeat(50): "v".repeat(8_192) } }),
        json!({ "retry_info": "unreadable", "something_new": { "a": [1] } }),
    ] {
        world.vault_answers("/sdk/token", 200, token(change.clone()));
        call(&world).await.unwrap_or_else(|error| panic!("{change}: {error}"));
    }
}

#[tokio::test]
async fn it_goes_where_the_vault_says_and_wins_over_what_the_caller_put_there() {
    let world = World::new().await;
    world.vault_answers(
        "/sdk/token",
        200,
        token(json!({
            "injection_header": "X-Acme-Key",
            "injection_format": "key {token} and {token}",
            "additional_credentials": { "account": "acct-1" },
            "additional_injections": [
                { "target": "header", "key": "X-Account", "value_source": "additional_credentials.account" },
                { "target": "header", "key": "X-Unused", "value_source": "additional_credentials.none" },
                { "target": "header", "key": "x-account", "value_source": "token" },
                { "target": "query_param", "key": "mine", "value_source": "additional_credentials.account" },
            ],
        })),
    );
    let access = world.app.grant(&grant());
    access.get(world.url("/v1?own=1")).query("mine", "1").header("x-acme-KEY", "mine").send().await.unwrap();
    let sent = &world.at_provider()[0];
    let keys: Vec<_> = sent.headers.get_all("x-acme-key").iter().collect();
    assert_eq!(keys, [&format!("key {CANARY} and {{token}}")], "once, with the first place filled");
    assert_eq!(sent.header("x-account"), Some(CANARY), "later instructions count");
    assert_eq!(sent.header("x-unused"), None);
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(sent.target, "/v1?own=1&mine=acct-1");
    let rows = world.rows().await;
    assert_eq!(rows[0]["url"], world.url("/v1?own=1"));
    let headers = rows[0]["request_headers"].as_object().unwrap();
    assert!(!headers.contains_key("x-acme-key") && !headers.contains_key("x-account"));
}

#[tokio::test]
async fn what_an_operator_set_up_wrong_keeps_its_kind() {
    let world = World::new().await;
    let refusal = json!({ "error": "secret_not_found", "message": "No secret is stored for this provider." });
    world.vault_answers("/sdk/token", 404, refusal);
    let error = call(&world).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectConfig);
    assert!(error.is_connect_flow());
}

#[tokio::test]
async fn an_aws_credential_signs_what_is_sent() {
    let world = World::new().await;
    let aws = |parts: Value| {
        token(json!({
            "injection_format": "AWS4-HMAC-SHA256",
            "additional_credentials": parts,
            "additional_injections": [{ "target": "header", "key": "X-Plain", "value_source": "token" }],
        }))
    };
    let stored = json!({ "secret_key": "s3cret-part", "session_token": "session-part", "region": "eu-west-1", "service": "sqs" });
    world.vault_answers("/sdk/token", 200, aws(stored));
    let access = world.app.grant(&grant());
    let call = access.post(world.url("/q?b=2&a=x+y")).query("b", "3").json(&json!({ "z": 1, "a": "é" }));
    call.header("X-Amz-Target", "Sqs.Send").send().await.unwrap();
    let sent = &world.at_provider()[0];
    assert_eq!(sent.target, "/q?a=x+y&b=3");
    assert_eq!(sent.body, "{\"z\":1,\"a\":\"é\"}".as_bytes(), "the bytes that were signed");
    let authorization = sent.header("authorization").unwrap();
    assert!(authorization.starts_with(&format!("AWS4-HMAC-SHA256 Credential={CANARY}/")));
    assert!(authorization.contains("/eu-west-1/sqs/aws4_request"));
    for signed in ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-target"] {
        assert!(authorization.contains(signed), "{signed} is not in {authorization}");
    }
    assert_eq!(sent.header("x-amz-security-token"), Some("session-part"));
    assert_eq!(sent.header("x-plain"), None, "a signature is the only injection");
    assert!(!format!("{sent:?}").contains("s3cret-part"));

    let calls = world.at_provider().len();
    for incomplete in [
        json!({ "region": "eu-west-1", "service": "sqs" }),
        json!({ "secret_key": "s3cret-part", "service": "sqs" }),
        json!({ "secret_key": "s3cret-part", "region": "eu-west-1" }),
        Value::Null,
    ] {
        world.vault_answers("/sdk/token", 200, aws(incomplete.clone()));
        let error = access.get(world.url("/secret-path")).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Backend, "{incomplete}");
        assert!(!format!("{error} {error:?}").contains("secret-path"), "{error}");
    }
    assert_eq!(world.at_provider().len(), calls);
}
