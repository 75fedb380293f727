//! Signing end users in, and checking their tokens.

use std::time::Duration;

use alter_client::{AuthResult, Constraints, ErrorKind, Result, Secret, TokenCheck};
use serde_json::json;

use crate::{
    connect,
    log::Log,
    script::{Script, Step, says, says_text, unreachable},
};

fn session() -> Step {
    says(
        201,
        json!({
            "session_token": "c4n4ry-session", "auth_url": "https://idp.example.com/authorize?state=c4n4ry-session",
            "expires_in": 300, "expires_at": "2026-01-01T00:05:00Z",
        }),
    )
}

fn pending() -> Step {
    says(200, json!({ "status": "pending" }))
}

fn completed() -> Step {
    let info = json!({ "sub": "user-42", "email": "ann@example.com" });
    says(200, json!({ "status": "completed", "user_token": "c4n4ry.user.jwt", "user_info": info }))
}

fn token() -> Secret {
    Secret::from("c4n4ry-session")
}

async fn wait(
    steps: impl IntoIterator<Item = Step>,
    within: u64,
    every: u64,
) -> (Result<AuthResult>, Script) {
    let script = Script::new(steps);
    let app = script.app();
    let wait = app.sign_in().resume(token());
    (wait.within(Duration::from_secs(within)).every(Duration::from_secs(every)).await, script)
}

/// How long the vault was asked to hold each answer back, in milliseconds.
fn holds(script: &Script) -> Vec<Option<u64>> {
    script.asked().iter().map(|asked| asked.json()["wait_ms"].as_u64()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_is_opened_and_nothing_else() {
    let script = Script::new([session()]);
    let app = script.app();
    let opened = app.sign_in().open().await.unwrap();
    assert_eq!(opened.auth_url.expose(), "https://idp.example.com/authorize?state=c4n4ry-session");
    assert!(!format!("{opened:?}").contains("c4n4ry"));
    let asked = &script.asked()[0];
    assert_eq!((asked.target.as_str(), asked.body.as_str()), ("/sdk/auth/session", "{}"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_opens_no_session_is_an_error() {
    let body =
        |token: &str| json!({ "session_token": token, "auth_url": "u", "expires_in": 1, "expires_at": "x" });
    for (step, kind) in [
        (says(200, body("t")), ErrorKind::Client),
        (says_text(204, ""), ErrorKind::Client),
        (says(201, body("")), ErrorKind::Backend),
        (says(201, json!({ "session_token": "t", "auth_url": "u" })), ErrorKind::Backend),
        (says_text(201, "x"), ErrorKind::Backend),
        (says(409, json!({ "error": "idp_signin_not_configured" })), ErrorKind::ConnectConfig),
        (says(403, json!({ "error": "insufficient_scope" })), ErrorKind::InsufficientScope),
        (unreachable(), ErrorKind::Network),
    ] {
        let error = Script::new([step.clone()]).app().sign_in().open().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_vault_holds_each_poll_back_as_long_as_there_is_time() {
    let (outcome, script) = wait([pending(), pending(), completed()], 30, 4).await;
    let result = outcome.unwrap();
    assert_eq!(result.user_token.expose(), "c4n4ry.user.jwt");
    assert_eq!(result.user_info["email"], "ann@example.com");
    let shown = format!("{result:?}");
    assert!(shown.contains("user-42") && !shown.contains("c4n4ry") && !shown.contains("ann@"), "{shown}");
    assert_eq!(holds(&script), [Some(25_000), Some(25_000), Some(22_000)]);
    assert_eq!(script.asked()[0].body, r#"{"session_token":"c4n4ry-session","wait_ms":25000}"#);

    let (outcome, script) = wait([pending(), completed()], 2, 2).await;
    assert!(outcome.is_ok());
    assert_eq!(holds(&script), [Some(2_000), None], "the last look does not wait");

    let script = Script::new([completed().after(24)]);
    let app = script
        .app_with(|builder| builder.timeout(Duration::from_secs(5)).attempt_timeout(Duration::from_secs(5)));
    app.sign_in().resume(token()).await.unwrap();

    let (_, script) = wait([pending().after(25), completed()], 300, 2).await;
    assert_eq!(script.times(), [0, 25], "no pause after an answer that was held back");
}

#[tokio::test(start_paused = true)]
async fn a_poll_fails_for_good_only_if_the_request_is_wrong() {
    for status in [400, 401, 403, 404, 422] {
        let (outcome, script) = wait([says(status, json!({ "error": "some_code" }))], 300, 2).await;
        assert_eq!(outcome.unwrap_err().status(), Some(status));
        assert_eq!(script.asked().len(), 1);
    }
    let (outcome, _) = wait([says(401, json!({ "error": "invalid_key" }))], 300, 2).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::InvalidKey);
    for step in [
        says(429, json!({ "error": "quota_exceeded" })),
        says(409, json!({ "error": "identity_group_name_ambiguous" })),
    ] {
        let (outcome, script) = wait([step, completed()], 300, 2).await;
        assert!(outcome.is_err());
        assert_eq!(script.asked().len(), 1);
    }
    let trouble = [
        unreachable(),
        says_text(500, "x"),
        says(429, json!({ "error": "rate_limit_exceeded" })).with("retry-after", "40"),
        says(409, json!({})),
        says_text(410, ""),
        says_text(204, ""),
        completed(),
    ];
    let (outcome, script) = wait(trouble, 300, 2).await;
    outcome.unwrap();
    let times = script.times();
    assert_eq!((times.len(), times[3] - times[2]), (7, 40));
}

#[tokio::test(start_paused = true)]
async fn every_bad_end_has_its_kind() {
    let failed = |code: &str| json!({ "status": "error", "error_code": code, "error_message": "Sorry.", "retry_after_seconds": 4 });
    for (body, kind, status) in [
        (json!({ "status": "expired" }), ErrorKind::Client, None),
        (json!({ "status": "paused" }), ErrorKind::Client, None),
        (json!({ "status": "completed" }), ErrorKind::Client, None),
        (json!({ "status": "completed", "user_token": 7 }), ErrorKind::Backend, None),
        (json!({ "status": "error", "error_message": 5 }), ErrorKind::Client, None),
        (failed("access_denied"), ErrorKind::Client, None),
        (failed("service_unavailable"), ErrorKind::Backend, Some(503)),
        (failed("identity_provider_inactive"), ErrorKind::Backend, Some(409)),
        (failed("identity_group_name_ambiguous"), ErrorKind::Backend, Some(409)),
        (json!({ "status": "" }), ErrorKind::Backend, None),
        (json!([]), ErrorKind::Backend, None),
    ] {
        let (outcome, script) = wait([says(200, body.clone())], 300, 2).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, status), "{body}");
        assert_eq!(script.asked().len(), 1);
    }
    let (outcome, _) = wait([says(200, failed("identity_provider_inactive"))], 300, 2).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.to_string().as_str(), &error.details()["retry_after_seconds"]), ("Sorry.", &json!(4)));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ran_out_says_why() {
    let (outcome, script) = wait([pending()], 2, 2).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert_eq!(error.details()["reason"], "poll_deadline_elapsed");
    assert_eq!(error.details()["timeout"], 2);
    assert_eq!(error.to_string(), "nobody signed in within 2 s");
    assert_eq!(script.times(), [0, 2]);
    let (outcome, _) = wait([unreachable()], 2, 2).await;
    assert!(outcome.unwrap_err().to_string().contains("could not be reached"));
}

#[tokio::test(start_paused = true)]
async fn times_and_tokens_are_checked_first() {
    let script = Script::new([completed()]);
    let app = script.app();
    for mistake in [
        app.sign_in().resume(Secret::from("")),
        app.sign_in().resume(token()).within(Duration::ZERO),
        app.sign_in().resume(token()).every(Duration::ZERO),
    ] {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    let run = app.sign_in().run(|_| ()).within(Duration::ZERO);
    assert_eq!(run.await.unwrap_err().kind(), ErrorKind::Value);
    assert!(script.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_signed_in_is_the_user_of_the_calls_that_follow() {
    let script = Script::new([session(), pending(), completed(), connect::session()]);
    let app = script.app();
    let (clone, view) = (app.clone(), app.constrained(Constraints::scopes(["grants:read"])).unwrap());
    let (log, _guard) = Log::of_this_thread();
    let mut shown = String::new();
    let result =
        app.sign_in().run(|url| url.clone_into(&mut shown)).within(Duration::from_secs(60)).await.unwrap();
    assert_eq!(shown, "https://idp.example.com/authorize?state=c4n4ry-session");
    assert_eq!(result.user_info["sub"], "user-42");
    clone.connect().open_any().await.unwrap();
    view.connect().open_any().await.unwrap();
    let users: Vec<_> =
        script.asked()[3..].iter().map(|asked| asked.json().get("user_token").cloned()).collect();
    assert_eq!(users, [Some(json!("c4n4ry.user.jwt")), None], "a view keeps the source it was made with");
    assert!(!log.text().contains("c4n4ry"), "{}", log.text());
    assert_eq!(log.count("WARN", "signed-in user"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_signed_in_user_takes_the_place_of_a_source_with_a_warning() {
    let script = Script::new([session(), completed(), session(), completed(), connect::session()]);
    let source = || std::future::ready(Ok::<_, std::io::Error>(Secret::from("from.the.source")));
    let app = script.app_with(|builder| builder.user_tokens(source));
    let (log, _guard) = Log::of_this_thread();
    app.sign_in().run(|_| ()).await.unwrap();
    assert_eq!(log.count("WARN", "takes the place"), 1);
    app.sign_in().run(|_| ()).await.unwrap();
    assert_eq!(log.count("WARN", "takes the place"), 2);
    app.connect().open_any().await.unwrap();
    assert_eq!(script.asked()[4].json()["user_token"], "c4n4ry.user.jwt");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_fails_changes_nothing() {
    let failed = says(200, json!({ "status": "error", "error_message": "No." }));
    let script = Script::new([session(), failed, connect::session()]);
    let app = script.app();
    assert_eq!(app.sign_in().run(|_| ()).await.unwrap_err().kind(), ErrorKind::Client);
    app.connect().open_any().await.unwrap();
    assert_eq!(script.asked()[2].json().get("user_token"), None);
}

async fn verify(step: Step) -> (TokenCheck, Script) {
    let script = Script::new([step]);
    (script.app().sign_in().verify(&Secret::from(" a.b.c ")).await, script)
}

#[tokio::test(start_paused = true)]
async fn a_token_is_valid_or_not_or_cannot_be_judged() {
    let (check, script) = verify(says(200, json!({ "sub": " user-42 ", "email": "x" }))).await;
    assert_eq!(check.subject(), Some(" user-42 "));
    let asked = &script.asked()[0];
    assert_eq!(
        (asked.target.as_str(), asked.body.as_str()),
        ("/sdk/auth/verify-token", r#"{"token":" a.b.c "}"#)
    );

    for step in [
        says(401, json!({ "error": "jwt_validation_error" })),
        says_text(401, ""),
        says(200, json!({ "sub": "  " })),
        says(200, json!({ "sub": 7 })),
        says(200, json!([])),
    ] {
        let (check, _) = verify(step.clone()).await;
        assert!(matches!(check, TokenCheck::Invalid), "{step:?}: {check:?}");
    }
    for step in [
        unreachable(),
        says_text(200, "not json"),
        says_text(204, ""),
        says_text(503, ""),
        says(400, json!({ "error": "idp_not_configured" })),
        says(401, json!({ "error": "invalid_key" })),
        says(401, json!({ "error": "stale_timestamp" })),
        says(429, json!({ "error": "rate_limit_exceeded" })),
    ] {
        let (check, _) = verify(step.clone()).await;
        assert!(matches!(check, TokenCheck::Unknown(_)), "{step:?}: {check:?}");
        assert_eq!(check.subject(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_blank_token_and_a_closed_client_cost_no_call() {
    let script = Script::new([says(200, json!({ "sub": "x" }))]);
    let app = script.app();
    assert!(matches!(app.sign_in().verify(&Secret::from("   ")).await, TokenCheck::Invalid));
    app.close().await;
    let check = app.sign_in().verify(&Secret::from("a.b.c")).await;
    let TokenCheck::Unknown(error) = check else { panic!("{check:?}") };
    assert_eq!(error.kind(), ErrorKind::Client);
    assert!(script.asked().is_empty());
}
