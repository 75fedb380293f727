//! Proxy mode from end to end.

use alter_client::{ErrorKind, Outcome};
use serde_json::{Value, json};

use crate::world::{GRANT, World, grant};

#[tokio::test]
async fn the_vault_makes_the_call_and_hands_on_the_answer() {
    let world = World::new().await;
    let answer = json!({ "status_code": 404, "headers": { "x-kind": "a" }, "body_b64": "eyJvayI6ZmFsc2V9", "duration_ms": 3 });
    world.vault_answers("/sdk/proxy", 200, answer);
    let outcome = world
        .app
        .grant(&grant())
        .post("https://api.example.com/v1/{id}?own=1")
        .path("id", "a b")
        .query("tag", "x")
        .query("tag", "y")
        .query("page", 2)
        .header("Accept-Language", "de")
        .json(&json!({ "amount": 1 }))
        .reason("invoice 118")
        .proxy()
        .await
        .unwrap();
    let Outcome::Done(reply) = outcome else { panic!("{outcome:?}") };
    assert_eq!((reply.status().as_u16(), &reply.headers()["x-kind"]), (404, &"a".parse().unwrap()));
    assert_eq!(reply.json::<Value>().unwrap(), json!({ "ok": false }));
    assert_eq!(reply.error_for_status().unwrap_err().kind(), ErrorKind::ProviderApi);
    assert_eq!(
        world.at_vault("/sdk/proxy")[0].json(),
        json!({
            "method": "POST",
            "url": "https://api.example.com/v1/a%20b?own=1",
            "grant_id": GRANT,
            "body": { "amount": 1 },
            "headers": { "accept-language": "de" },
            "query_params": { "tag": ["x", "y"], "page": "2" },
            "reason": "invoice 118",
        })
    );
    assert!(world.at_provider().is_empty() && world.rows().await.is_empty(), "the vault keeps its own trail");
}

#[tokio::test]
async fn a_call_that_needs_approval_waits() {
    let world = World::new().await;
    let gate = json!({
        "approval_id": "22222222-2222-4333-8444-555555555555",
        "expires_at": "2026-07-01T12:00:00Z",
        "expires_in": 300,
        "approval_url": "https://vault.example.com/approve/1",
    });
    let mut pending = gate.clone();
    pending["approval_group_id"] = "33333333-2222-4333-8444-555555555555".into();
    pending["status"] = "pending".into();
    pending["gates"] = json!([gate]);
    world.vault_answers("/sdk/proxy", 202, pending);
    let outcome = world.app.grant(&grant()).delete("https://api.example.com/").proxy().await.unwrap();
    let Outcome::Waiting(pending) = outcome else { panic!("{outcome:?}") };
    assert_eq!(pending.approval_url, "https://vault.example.com/approve/1");
}

#[tokio::test]
async fn refusals_and_answers_outside_the_contract_are_errors() {
    let world = World::new().await;
    let proxy = || world.app.grant(&grant()).get("https://api.example.com/").proxy();
    world.vault_answers("/sdk/proxy", 422, json!({ "error": "blocked_destination" }));
    assert_eq!(proxy().await.unwrap_err().kind(), ErrorKind::BlockedDestination);
    world.vault_answers("/sdk/proxy", 403, json!({ "error": "approval_denied", "message": "No." }));
    assert_eq!(proxy().await.unwrap_err().kind(), ErrorKind::ApprovalDenied);
    world.vault_answers("/sdk/proxy", 201, json!({}));
    assert_eq!(proxy().await.unwrap_err().kind(), ErrorKind::Backend);
    world.vault_answers("/sdk/proxy", 200, json!({ "status_code": 200, "body_b64": "not base64" }));
    assert_eq!(proxy().await.unwrap_err().kind(), ErrorKind::Backend);
}

#[tokio::test]
async fn what_the_vault_would_refuse_is_refused_here() {
    let world = World::new().await;
    let call = || world.app.grant(&grant()).post("https://api.example.com/");
    for mistake in [
        call().body("raw"),
        call().json(&()),
        call().header("Authorization", "x"),
        call().header("X-HTTP-Method-Override", "x"),
    ] {
        assert_eq!(mistake.proxy().await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(world.at_vault("/sdk/proxy").is_empty());
}
