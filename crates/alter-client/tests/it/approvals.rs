//! Calls that wait for a person: looking, waiting, and how a wait ends.

use std::time::Duration;

use alter_client::{ApprovalId, Constraints, ErrorKind, types::ApprovalStatusValue};
use serde_json::{Value, json};

use crate::script::{Script, Step, says, says_text, unreachable};

const ID: &str = "a9920000-0000-4000-8000-000000000001";
const RESULT: &str = "/sdk/approvals/a9920000-0000-4000-8000-000000000001/result";

pub(crate) fn id() -> ApprovalId {
    ID.parse().unwrap()
}

/// A status as the vault words it, with `changes`.
pub(crate) fn status(status: &str, changes: Value) -> Step {
    let mut body = json!({
        "approval_id": ID,
        "status": status,
        "approval_group_id": "a9920000-0000-4000-8000-0000000000ff",
        "gates": [{ "approval_id": ID, "status": status, "expires_at": "2026-01-01T01:00:00Z" }],
        "expires_at": "2026-01-01T01:00:00Z",
        "has_result": false,
    });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    body.as_object_mut().unwrap().extend(changes);
    says(200, body)
}

pub(crate) fn pending() -> Step {
    status("pending", json!({}))
}

pub(crate) fn executed() -> Step {
    status("executed", json!({ "has_result": true }))
}

pub(crate) fn result(changes: Value) -> Step {
    let mut body = json!({
        "approval_id": ID, "status_code": 201, "headers": { "x-kind": "a" }, "body_b64": "eyJvayI6dHJ1ZX0=",
    });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    body.as_object_mut().unwrap().extend(changes);
    says(200, body)
}

fn limited() -> Step {
    says(429, json!({ "error": "rate_limit_exceeded" })).with("retry-after", "30")
}

fn waits(script: &Script) -> Vec<String> {
    let path = format!("/sdk/approvals/{ID}");
    script.targets().iter().filter_map(|target| target.strip_prefix(&path)).map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_look_asks_once_and_the_vault_may_hold_its_answer() {
    let script = Script::new([pending(), pending().after(24)]);
    let app = script.app_with(|builder| builder.timeout(Duration::from_secs(5)));
    let status = app.approvals().get(&id()).await.unwrap();
    assert_eq!((status.status, status.gates.len()), (ApprovalStatusValue::Pending, 1));
    // Longer than the client's own time-out: the wait is added to it.
    app.approvals().get(&id()).wait(Duration::from_millis(25_900)).await.unwrap();
    assert_eq!(waits(&script), ["", "?wait=25"]);
    assert_eq!(script.asked()[0].method, "GET");
}

#[tokio::test(start_paused = true)]
async fn an_agent_can_look_and_wait_too() {
    let script = Script::new([pending(), executed(), result(json!({}))]);
    let agent = script.agent();
    assert!(!agent.approvals().get(&id()).await.unwrap().is_terminal());
    assert_eq!(agent.approvals().wait(&id()).await.unwrap().status(), 201);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_may_take_as_long_as_the_answer_is_held() {
    let script = Script::new([pending().after(20)]);
    let app = script.app_with(|builder| builder.attempt_timeout(Duration::from_secs(3)));
    app.approvals().get(&id()).wait(Duration::from_secs(20)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_refuses_a_look_is_typed() {
    for (step, kind) in [
        (says(401, json!({ "error": "invalid_key" })), ErrorKind::InvalidKey),
        (says(403, json!({ "error": "insufficient_scope" })), ErrorKind::InsufficientScope),
        (limited(), ErrorKind::RateLimit),
        (says(404, json!({ "error": "approval_not_found" })), ErrorKind::Backend),
        (says_text(500, "<html>"), ErrorKind::Backend),
        (says_text(200, "x"), ErrorKind::Backend),
        (status("paused", json!({})), ErrorKind::Backend),
        (unreachable(), ErrorKind::Network),
    ] {
        let script = Script::new([step.clone()]);
        let error = script.app().approvals().get(&id()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_in_the_same_reply_as_a_call() {
    let script = Script::new([
        pending(),
        status("approved", json!({})),
        status("executing", json!({})),
        executed(),
        result(json!({ "duration_ms": 12, "body_truncated": true, "credential_hint": "  " })),
    ]);
    let reply = script.app().approvals().wait(&id()).await.unwrap();
    assert_eq!((reply.status().as_u16(), &reply.headers()["x-kind"]), (201, &"a".parse().unwrap()));
    assert_eq!(reply.json::<Value>().unwrap(), json!({ "ok": true }));
    assert_eq!(reply.text().unwrap(), r#"{"ok":true}"#);
    assert_eq!((reply.approval_id(), reply.is_truncated()), (Some(id()), true));
    assert_eq!(reply.provider_time(), Some(Duration::from_millis(12)));
    assert_eq!(reply.credential_hint(), None, "a blank hint is none");
    assert_eq!(waits(&script), ["?wait=25", "?wait=25", "?wait=25", "?wait=25", "/result"]);
    assert_eq!(script.times(), [0, 2, 4, 6, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_by_the_provider_is_a_reply_with_the_vaults_hint() {
    let hint = json!({ "status_code": 403, "credential_hint": "Send it as a query parameter." });
    let app = Script::new([executed(), result(hint)]).app();
    let reply = app.approvals().wait(&id()).await.unwrap();
    assert_eq!(reply.credential_hint(), Some("Send it as a query parameter."));
    assert_eq!(reply.error_for_status().unwrap_err().status(), Some(403));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_was_held_back_is_followed_by_the_next_at_once() {
    let script = Script::new([pending().after(25), pending().after(1), executed(), result(json!({}))]);
    script.app().approvals().wait(&id()).await.unwrap();
    assert_eq!(script.times(), [0, 25, 27, 27]);
}

#[tokio::test(start_paused = true)]
async fn the_vault_holds_no_longer_than_there_is_time() {
    let script = Script::new([pending()]);
    let wait = script.app();
    let wait = wait.approvals().wait(&id()).within(Duration::from_secs(30)).every(Duration::from_secs(10));
    let error = wait.await.unwrap_err();
    assert_eq!(waits(&script), ["?wait=25", "?wait=20", "?wait=10"]);
    assert_eq!(script.times(), [0, 10, 20]);
    assert_eq!(error.kind(), ErrorKind::ApprovalTimeout);
    assert!(error.may_have_executed());
    assert_eq!(
        error.to_string(),
        "waited 30 s for the approval: nobody has decided yet; it is still pending"
    );
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_cut_off_when_the_time_is_up() {
    let script = Script::new([pending().after(600)]);
    let app = script.app();
    let began = tokio::time::Instant::now();
    let error = app.approvals().wait(&id()).within(Duration::from_secs(7)).await.unwrap_err();
    assert_eq!((error.kind(), began.elapsed().as_secs()), (ErrorKind::ApprovalTimeout, 7));
    assert!(error.to_string().contains("nobody has decided yet"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn without_time_nothing_is_asked_and_without_a_pause_nothing_is_done() {
    let script = Script::new([pending()]);
    let app = script.app();
    let error = app.approvals().wait(&id()).within(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ApprovalTimeout);
    let error = app.approvals().wait(&id()).every(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(script.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_is_waited_out_on_both_requests() {
    let script = Script::new([
        unreachable(),
        says(503, json!({ "error": "service_unavailable" })),
        says_text(502, "bad gateway"),
        executed(),
        says_text(504, "gateway timeout"),
        executed(),
        result(json!({})),
    ]);
    script.app().approvals().wait(&id()).await.unwrap();
    assert_eq!(script.targets().last().unwrap(), RESULT);
    let times = script.times();
    assert!(
        times[2] - times[1] > times[1] - times[0],
        "failures are waited out longer and longer: {times:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_obeyed_and_not_fatal() {
    let script = Script::new([limited(), executed(), result(json!({}))]);
    script.app().approvals().wait(&id()).await.unwrap();
    assert_eq!(script.times(), [0, 30, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_not_there_yet_is_polled_for() {
    let script = Script::new([status("executed", json!({})), executed(), result(json!({}))]);
    script.app().approvals().wait(&id()).await.unwrap();
    assert_eq!(waits(&script), ["?wait=25", "?wait=25", "/result"]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_dropped_and_ends_when_the_client_is_closed() {
    let script = Script::new([pending().after(20)]);
    let app = script.app();
    let dropped = tokio::time::timeout(Duration::from_secs(3), app.approvals().wait(&id()).into_future());
    assert!(dropped.await.is_err());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(script.asked().len(), 1, "nobody polls on behind the caller's back");

    for closes_the_view_only in [true, false] {
        let view = app.constrained(Constraints::scopes(["approvals:read"])).unwrap();
        let closing = if closes_the_view_only { &view } else { &app };
        let began = tokio::time::Instant::now();
        let (ended, _) = tokio::join!(view.approvals().wait(&id()).into_future(), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            closing.close().await
        });
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Client);
        assert!(began.elapsed() < Duration::from_secs(2), "nobody is kept waiting for a held poll");
    }
}

#[tokio::test(start_paused = true)]
async fn polls_carry_no_actor_id() {
    const ACTOR: &str = "ac7024ac-7024-4702-8702-ac7024ac7024";
    let script = Script::new([
        says(200, json!({ "grants": [], "total": 0, "limit": 100, "offset": 0, "has_more": false }))
            .with("x-alter-actor-id", ACTOR),
        pending(),
    ]);
    let app = script.app();
    app.grants().list().await.unwrap();
    assert!(app.actor_id().is_some());
    app.approvals().get(&id()).await.unwrap();
    assert!(!script.asked()[1].headers.contains_key("x-alter-actor-id"));
}
