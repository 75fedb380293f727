//! Agents and their keys, administered by the application.

use std::time::Duration;

use alter_client::{AgentId, AgentScopes, AgentType, Error, ErrorKind, KeyId, Retry};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal, says_text, with},
    world::{AGENT, KEY, KEY_ID},
};

const PLAINTEXT: &str = "alter_key_abcdefghijklmnopqrstuvwxyz0123456789ABCD";

fn agent() -> AgentId {
    AGENT.parse().unwrap()
}

fn key() -> KeyId {
    KEY_ID.parse().unwrap()
}

fn record() -> Value {
    json!({
        "id": AGENT, "name": "billing-bot", "type": "agent", "status": "active", "version": 3,
        "created_at": "2026-01-01T00:00:00Z",
    })
}

fn created() -> Value {
    with(record(), json!({ "api_key": PLAINTEXT, "key_id": KEY_ID }))
}

fn scopes() -> AgentScopes {
    AgentScopes::none().provider("z", ["write", "read"]).provider("acme", ["read"])
}

#[tokio::test]
async fn an_agent_is_made_with_all_that_was_said_in_the_order_it_was_said() {
    let script = Script::answers([(201, created())]);
    let made = script
        .app()
        .agents()
        .create("billing-bot", scopes())
        .kind(AgentType::Service)
        .display_name("Bot é")
        .metadata(&json!({ "team": "é", "n": 1 }))
        .policy(&json!({ "requires_approval": { "approvers": ["ann@example.test"] } }))
        .await
        .unwrap();
    assert_eq!((made.name.as_str(), made.api_key.as_ref().unwrap().expose()), ("billing-bot", PLAINTEXT));
    let body = concat!(
        r#"{"name":"billing-bot","type":"service","scopes":{"z":["write","read"],"acme":["read"]},"#,
        r#""metadata":{"team":"\u00e9","n":1},"display_name":"Bot \u00e9","#,
        r#""policy":{"requires_approval":{"approvers":["ann@example.test"]}}}"#
    );
    assert_eq!(script.only(), ("POST /sdk/agents".to_owned(), body.to_owned()));
}

#[tokio::test]
async fn an_agent_that_may_reach_nothing_can_be_made() {
    let script = Script::answers([(201, created())]);
    script.app().agents().create("idle", AgentScopes::none()).await.unwrap();
    assert_eq!(script.only().1, r#"{"name":"idle","type":"agent","scopes":{},"metadata":{}}"#);
}

#[tokio::test]
async fn what_no_agent_can_be_made_of_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let agents = app.agents();
    let mistakes = [
        agents.create("", AgentScopes::none()),
        agents.create("a", AgentScopes::none().provider("acme", [""; 0])),
        agents.create("a", AgentScopes::none().provider("acme", [" read"])),
        agents.create("a", AgentScopes::none().provider("a ", ["read"])),
        agents.create("a", AgentScopes::none().provider("acme", ["x".repeat(12_288)])),
        agents.create("a", AgentScopes::none()).metadata(&[1]),
        agents.create("a", AgentScopes::none()).policy("none"),
        agents.create("a", AgentScopes::none()).idempotency_key("a\r\nb: c"),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert_eq!(agents.get_by_name("").await.unwrap_err().kind(), ErrorKind::Value);
    for page in [agents.list().limit(0), agents.list().limit(1001)] {
        assert_eq!(page.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_makes_no_second_agent_and_its_key_is_not_told_again() {
    let replayed = with(created(), json!({ "api_key": null }));
    let script = Script::answers([(503, json!({})), (201, replayed)]);
    let app = script
        .connect(alter_client::App::builder(KEY.parse().unwrap()))
        .retry(Retry::default())
        .build()
        .unwrap();
    let made = app.agents().create("billing-bot", AgentScopes::none()).await.unwrap();
    assert!(made.api_key.is_none() && made.key_id == key());
    let keys: Vec<_> = script.asked().iter().map(|asked| asked.headers["idempotency-key"].clone()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
}

#[tokio::test]
async fn every_request_for_an_agent_has_a_key_of_its_own_or_the_one_given() {
    let script = Script::always(201, &created());
    let app = script.app();
    for _ in 0..2 {
        app.agents().create("a", AgentScopes::none()).await.unwrap();
    }
    app.agents().create("a", AgentScopes::none()).idempotency_key("order-7").await.unwrap();
    app.agents().create("a", AgentScopes::none()).idempotency_key("").await.unwrap();
    let keys: Vec<_> = script.asked().iter().map(|asked| asked.headers["idempotency-key"].clone()).collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[2..], ["order-7", ""]);
}

#[tokio::test]
async fn agents_are_found_by_page_by_id_and_by_name() {
    let page = json!({ "items": [record()], "total": 7, "limit": 100, "offset": 0, "has_more": true });
    let named = json!({ "items": [record(), record()] });
    let script = Script::answers([page.clone(), page, record(), named, json!({})].map(|body| (200, body)));
    let app = script.app();
    let agents = app.agents();
    let page = agents.list().await.unwrap();
    assert!(page.has_more && page.agents[0].id == agent());
    agents.list().include_revoked().limit(1).offset(5).await.unwrap();
    assert_eq!(agents.get(&agent()).await.unwrap().version, 3);
    assert_eq!(agents.get_by_name("billing bot&é").await.unwrap().unwrap().id, agent());
    assert_eq!(agents.get_by_name("nobody").await.unwrap(), None);
    assert_eq!(
        script.lines(),
        [
            "GET /sdk/agents?include_revoked=false&limit=100&offset=0",
            "GET /sdk/agents?include_revoked=true&limit=1&offset=5",
            &format!("GET /sdk/agents/{AGENT}"),
            "GET /sdk/agents?name=billing+bot%26%C3%A9",
            "GET /sdk/agents?name=nobody",
        ]
    );
}

#[tokio::test]
async fn all_agents_come_as_a_stream() {
    let page = |names: &[&str], has_more: bool| {
        let items: Vec<_> = names.iter().map(|name| with(record(), json!({ "name": name }))).collect();
        (200, json!({ "items": items, "total": 3, "limit": 2, "offset": 0, "has_more": has_more }))
    };
    let script = Script::answers([page(&["a", "b"], true), page(&["c"], false)]);
    let app = script.app();
    let mut agents = app.agents().list().limit(2).stream();
    let mut names = Vec::new();
    while let Some(agent) = agents.next().await {
        names.push(agent.unwrap().name);
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert!(script.lines()[1].ends_with("limit=2&offset=2") && script.lines().len() == 2);
}

#[tokio::test]
async fn an_update_sends_what_is_named_and_nothing_else() {
    let script = Script::always(200, &record());
    let app = script.app();
    let agents = app.agents();
    agents.update(&agent()).await.unwrap();
    agents.update(&agent()).display_name("New é").expected_version(9).await.unwrap();
    let narrower = AgentScopes::none().provider("acme", ["read"]);
    agents.update(&agent()).scopes(narrower, 3).grace(Duration::ZERO).await.unwrap();
    let all = agents.update(&agent()).policy(&json!({})).scopes(AgentScopes::none(), 1);
    all.metadata(&json!({ "a": 1 })).display_name("x").await.unwrap();
    let sent: Vec<_> = script.asked().into_iter().map(|asked| (asked.line(), asked.body)).collect();
    let path = format!("PATCH /sdk/agents/{AGENT}");
    let all = r#"{"display_name":"x","metadata":{"a":1},"scopes":{},"policy":{}}"#;
    let expected = [
        (path.clone(), "{}"),
        (format!("{path}?expected_version=9"), r#"{"display_name":"New \u00e9"}"#),
        (format!("{path}?grace_seconds=0&expected_version=3"), r#"{"scopes":{"acme":["read"]}}"#),
        (format!("{path}?expected_version=1"), all),
    ];
    assert_eq!(sent, expected.map(|(line, body)| (line, body.to_owned())));
}

#[tokio::test]
async fn an_update_can_empty_a_field() {
    let script = Script::always(200, &record());
    let app = script.app();
    app.agents().update(&agent()).clear_display_name().clear_metadata().clear_policy().await.unwrap();
    assert_eq!(script.only().1, r#"{"display_name":null,"metadata":null,"policy":null}"#);
}

#[tokio::test]
async fn an_update_that_cannot_be_meant_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let update = || app.agents().update(&AGENT.parse().unwrap());
    let mistakes = [
        update().grace(Duration::from_secs(5)),
        update().scopes(AgentScopes::none(), 0),
        update().expected_version(-1),
        update().scopes(AgentScopes::none(), 1).grace(Duration::from_secs(604_801)),
        update().scopes(AgentScopes::none(), 1).grace(Duration::from_millis(1500)),
        update().scopes(AgentScopes::none().provider("a", [""]), 1),
        update().metadata(&7),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn only_a_conflict_is_somebody_else_s_update() {
    let script = Script::answers([
        (409, refusal("agent_concurrent_update")),
        (400, refusal("agent_concurrent_update")),
    ]);
    let app = script.app();
    let mut kinds = Vec::new();
    for _ in 0..2 {
        kinds.push(app.agents().update(&agent()).expected_version(1).await.unwrap_err().kind());
    }
    assert_eq!(kinds, [ErrorKind::AgentConcurrentUpdate, ErrorKind::Backend]);
}

#[tokio::test]
async fn an_agent_is_stopped_let_go_on_and_ended() {
    let script = Script::always(200, &record());
    let app = script.app();
    app.agents().suspend(&agent()).await.unwrap();
    app.agents().resume(&agent()).await.unwrap();
    app.agents().delete(&agent()).await.unwrap();
    let sent: Vec<_> = script.asked().into_iter().map(|asked| (asked.line(), asked.body)).collect();
    let expected = [
        (format!("PATCH /sdk/agents/{AGENT}"), r#"{"status":"inactive"}"#),
        (format!("PATCH /sdk/agents/{AGENT}"), r#"{"status":"active"}"#),
        (format!("DELETE /sdk/agents/{AGENT}"), ""),
    ];
    assert_eq!(sent, expected.map(|(line, body)| (line, body.to_owned())));
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_with_the_agent_and_what_to_do() {
    let kinds = [
        (404, "agent_not_found", ErrorKind::AgentNotFound),
        (409, "agent_name_exists", ErrorKind::AgentNameExists),
        (401, "agent_inactive", ErrorKind::AgentInactive),
        (409, "agent_key_limit_reached", ErrorKind::AgentKeyLimit),
        (422, "idempotency_key_body_mismatch", ErrorKind::IdempotencyKeyBodyMismatch),
        (409, "last_active_key", ErrorKind::LastActiveKey),
        (403, "me_requires_agent_key", ErrorKind::MeRequiresAgentKey),
        (404, "key_not_found", ErrorKind::KeyNotFound),
    ];
    for (status, code, kind) in kinds {
        let error =
            Script::answers([(status, refusal(code))]).app().agents().get(&agent()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.is_agent_error() && error.code() == Some(code));
        let Error::Backend(error) = error else { panic!("the vault refused") };
        let alter_client::types::error::BackendKind::Agent { hint, .. } = error.kind() else { panic!() };
        assert_eq!(hint.as_deref(), Some("Ask the operator."));
    }
}

#[tokio::test]
async fn an_agent_reads_its_own_record() {
    let script = Script::answers([(200, record()), (403, refusal("me_requires_agent_key"))]);
    let client = script.agent();
    assert_eq!(client.me().await.unwrap().id, agent());
    assert_eq!(client.me().await.unwrap_err().kind(), ErrorKind::MeRequiresAgentKey);
    assert_eq!(script.lines()[0], "GET /sdk/agents/me");
}

#[tokio::test]
async fn an_empty_answer_is_no_agent() {
    let error = Script::new([says_text(204, "")]).app().agents().get(&agent()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(204)));
}
