//! Waiting for connect sessions, and running one from its opening to its end.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_client::{
    ConnectResult, Error, ErrorKind, Result, Secret,
    types::{ConnectOperation, ConnectSession},
};
use serde_json::json;

use crate::{
    connect::{acme, session},
    script::{Script, Step, says, says_text, unreachable},
    world::GRANT,
};

pub(crate) fn pending() -> Step {
    says(200, json!({ "status": "pending" }))
}

pub(crate) fn expired() -> Step {
    says(200, json!({ "status": "expired" }))
}

fn completed() -> Step {
    says(
        200,
        json!({ "status": "completed", "grants": [
            { "grant_id": GRANT, "provider_id": "acme", "account_identifier": "ann@example.com", "scopes": ["read"] },
        ] }),
    )
}

pub(crate) fn failed(code: &str) -> Step {
    let error = json!({ "error_code": code, "error_message": "Sorry.", "retry_after_seconds": 5 });
    says(200, json!({ "status": "error", "error": error }))
}

fn limited(wait: &'static str) -> Step {
    says(429, json!({ "error": "rate_limit_exceeded" })).with("retry-after", wait)
}

fn token() -> Secret {
    Secret::from("c4n4ry-session")
}

/// What a wait of `within` seconds comes to.
pub(crate) async fn wait(
    steps: impl IntoIterator<Item = Step>,
    within: u64,
) -> (Result<Vec<ConnectResult>>, Script) {
    let script = Script::new(steps);
    let app = script.app();
    let outcome = app.connect().resume(token()).within(Duration::from_secs(within)).await;
    (outcome, script)
}

#[tokio::test(start_paused = true)]
async fn a_session_is_polled_at_once_and_then_until_it_is_finished() {
    let (outcome, script) = wait([pending(), pending(), completed()], 300).await;
    let results = outcome.unwrap();
    assert_eq!((results[0].grant_id.as_str(), results[0].operation), (GRANT, ConnectOperation::Creation));
    assert_eq!(results[0].account_identifier.as_deref(), Some("ann@example.com"));
    let asked = &script.asked()[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/sdk/oauth/connect/session/poll"));
    assert_eq!(asked.body, r#"{"session_token":"c4n4ry-session"}"#);
    assert_eq!(script.times(), [0, 2, 4]);
}

#[tokio::test(start_paused = true)]
async fn there_is_a_last_look_when_the_time_is_up_and_none_after() {
    let (outcome, script) = wait([pending()], 3).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert_eq!(error.details()["reason"], "poll_deadline_elapsed");
    assert_eq!(error.details()["timeout"], 3);
    assert_eq!(script.times(), [0, 2, 3]);
    let (outcome, _) = wait([pending(), pending(), completed()], 3).await;
    assert!(outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn polls_get_rarer_while_nothing_happens() {
    let (outcome, script) = wait([pending()], 300).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectTimeout);
    let times = script.times();
    assert!((45..60).contains(&times.len()), "{}", times.len());
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps[..14].iter().all(|gap| (2..=3).contains(gap)), "{gaps:?}");
    assert!(gaps[32..40].iter().all(|gap| (8..=10).contains(gap)), "{gaps:?}");
    assert_eq!(times.last(), Some(&300));
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_obeyed() {
    let (outcome, script) = wait([limited("7"), says_text(429, "busy"), completed()], 300).await;
    outcome.unwrap();
    let times = script.times();
    assert_eq!(times[1], 7);
    assert!((9..=14).contains(&times[2]), "{times:?}");

    let (outcome, script) = wait([pending(), limited("60")], 10).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.details()["reason"], "rate_limited");
    assert_eq!(error.details()["retry_after"], 60);
    assert_eq!(script.times(), [0, 2, 10], "one more look when the time is up");
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_is_waited_out() {
    let trouble = [unreachable(), says_text(500, ""), says(503, json!({})).with("retry-after", "20")];
    let (outcome, script) = wait(trouble.into_iter().chain([completed()]), 300).await;
    outcome.unwrap();
    assert!(script.times()[3] - script.times()[2] == 20);

    let (outcome, _) = wait([unreachable()], 10).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.to_string().contains("could not be reached"), "{error}");
    let cause = std::error::Error::source(&error).unwrap().downcast_ref::<Error>().unwrap();
    assert!(cause.is_network());

    let (outcome, script) = wait([pending().after(1000)], 20).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectTimeout);
    assert!(script.times().len() <= 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_wait() {
    for (step, kind) in [
        (says(401, json!({ "error": "invalid_key" })), ErrorKind::InvalidKey),
        (says(403, json!({ "error": "insufficient_scope" })), ErrorKind::InsufficientScope),
        (says(429, json!({ "error": "quota_exceeded" })), ErrorKind::QuotaExceeded),
        (says(409, json!({ "error": "identity_provider_inactive" })), ErrorKind::Backend),
        (says(404, json!({ "error": "session_not_found" })), ErrorKind::Backend),
    ] {
        let (outcome, script) = wait([step], 300).await;
        assert_eq!(outcome.unwrap_err().kind(), kind);
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn declined_providers_are_reported_once_and_named_when_the_time_is_up() {
    let first = json!({ "status": "pending", "declined_providers": [
        { "provider_id": "acme", "error_code": "access_denied", "declined_at": "2026-01-01T00:00:01Z" },
        { "provider_id": "other", "error_code": "x" }, { "provider_id": "" }, "junk",
    ] });
    let again = json!({ "status": "pending", "declined_providers": [
        { "provider_id": "acme", "error_code": "access_denied" },
    ] });
    let script = Script::new([says(200, first), says(200, again)]);
    let app = script.app();
    let mut told = Vec::new();
    let error = app
        .connect()
        .resume(token())
        .within(Duration::from_secs(9))
        .on_decline(|declined| {
            told.push((declined.provider_id.clone(), declined.declined_at.clone()));
            panic!("a listener's mistake");
        })
        .await
        .unwrap_err();
    assert_eq!(
        told,
        [("acme".to_owned(), Some("2026-01-01T00:00:01Z".to_owned())), ("other".to_owned(), None)]
    );
    assert_eq!(error.details()["declined_providers"], json!(["acme", "other"]));
    assert!(script.asked().len() > 2, "the listener's panic did not end the wait");
}

#[tokio::test(start_paused = true)]
async fn times_and_tokens_are_checked_first() {
    let script = Script::new([completed()]);
    let app = script.app();
    let connect = app.connect();
    for mistake in [
        connect.resume(Secret::from("  ")),
        connect.resume(token()).within(Duration::ZERO),
        connect.resume(token()).every(Duration::ZERO),
    ] {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    let run = connect.open(&[acme()]).run(|_| ()).every(Duration::ZERO);
    assert_eq!(run.await.unwrap_err().kind(), ErrorKind::Value, "no session is opened for nothing");
    assert!(script.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn times_without_end_are_times_like_others() {
    let script = Script::new([unreachable(), pending(), completed()]);
    let app = script.app();
    let wait = app.connect().resume(token()).within(Duration::MAX).every(Duration::MAX);
    let error = wait.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "the next look would have come after the end");
    assert_eq!(script.asked().len(), 2);
    app.connect().resume(token()).within(Duration::MAX).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_session_runs_from_its_opening_to_its_end_with_every_option() {
    let script = Script::new([session(), pending(), completed()]);
    let app = script.app();
    let shown = Arc::new(Mutex::new(Vec::new()));
    let results = app
        .connect()
        .open(&[acme()])
        .direct()
        .agent("billing-bot")
        .as_user(Secret::from("a.b.c"))
        .run(|url| shown.lock().unwrap().push(url.to_owned()))
        .within(Duration::from_secs(60))
        .every(Duration::from_secs(5))
        .on_decline(|_| ())
        .await
        .unwrap();
    assert_eq!(results[0].grant_id, GRANT);
    assert_eq!(*shown.lock().unwrap(), ["https://portal.example.com/connect#c4n4ry-session"]);
    assert_eq!(script.asked()[0].json()["agent"], "billing-bot");
    assert_eq!(script.times(), [0, 0, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_session_is_not_shown_and_a_denied_one_not_a_success() {
    let script = Script::new([says(409, json!({ "error": "managed_oauth_scope_approval_required" }))]);
    let app = script.app();
    let run = app.connect().open_any().run(|_| panic!("there is nothing to show"));
    assert_eq!(run.await.unwrap_err().kind(), ErrorKind::ConnectConfig);

    let script = Script::new([session(), failed("connect_denied")]);
    let app = script.app();
    assert_eq!(app.connect().open_any().run(|_| ()).await.unwrap_err().kind(), ErrorKind::ConnectDenied);
}

#[tokio::test(start_paused = true)]
async fn a_session_can_be_waited_for_by_an_agent_and_ends_with_the_client() {
    let script = Script::new([session(), pending(), completed()]);
    let agent = script.agent();
    let opened: ConnectSession = agent.connect().open_any().await.unwrap();
    assert_eq!(agent.connect().wait(&opened).await.unwrap().len(), 1);

    let script = Script::new([pending()]);
    let app = script.app();
    let (ended, _) = tokio::join!(app.connect().resume(token()).into_future(), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        app.close().await
    });
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::Client);
}
