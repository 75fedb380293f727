//! A scripted vault under a real client.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use alter_client::{ErrorKind, Outcome, Secret, types::ErrorCode};
use alter_testkit::{Answer, Decision, Fault, Mode, Refusal, ScriptedVault};
use serde_json::{Value, json};

const ORDERS: &str = "https://api.example.com/orders";

/// What a failing assertion says.
fn complaint(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it fails");
    *panic.downcast::<String>().unwrap()
}

#[tokio::test]
async fn one_script_serves_both_modes() {
    let vault = ScriptedVault::start().await;
    vault.on("POST https://api.example.com/orders").answers(json!({ "id": 7 }));
    let app = vault.app();
    let call = || app.grant(&vault.grant()).post(ORDERS).query("dry", "1").json(&json!({ "item": "tea" }));
    let sent = call().send().await.unwrap();
    let Outcome::Done(proxied) = call().proxy().await.unwrap() else { panic!("it was made") };
    for reply in [&sent, &proxied] {
        assert_eq!((reply.status().as_u16(), reply.json::<Value>().unwrap()), (200, json!({ "id": 7 })));
        assert_eq!(reply.headers()["content-type"], "application/json");
    }
    let orders = || vault.saw("POST https://api.example.com/orders?dry=1").json(json!({ "item": "tea" }));
    orders().times(2);
    orders().mode(Mode::Retrieve).grant(&vault.grant()).header("content-type", "application/json").once();
    orders().mode(Mode::Proxy).query("dry", "1").once();
    vault.audited("POST https://api.example.com/orders").grant(&vault.grant()).status(200).once().await;
}

#[tokio::test]
async fn who_why_and_for_whom_can_be_asked_about() {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/{user}/orders").answers(Answer::status(204));
    let app = vault.app();
    let acme = "acme".parse().unwrap();
    let access = app.provider(&acme).label("work").as_user(Secret::from("a.user.jwt"));
    let call =
        access.get("https://api.example.com/7/orders").reason("a look").context("run", "7").caller("mailer");
    call.send().await.unwrap();
    let saw = || vault.saw("GET https://api.example.com/7/orders");
    saw().provider("acme").as_user("a.user.jwt").reason("a look").context("run", "7").caller("mailer").once();
    saw().as_user("b.user.jwt").never();
    saw().caller("other").never();
    let audited = || vault.audited("GET https://api.example.com/*");
    audited().reason("a look").context("run", "7").caller("mailer").once().await;
    audited().status(500).never().await;
}

#[tokio::test]
async fn an_agent_has_a_key_of_its_own() {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/me").answers(json!({}));
    let grant = vault.grant();
    vault.app().grant(&grant).get("https://api.example.com/me").send().await.unwrap();
    vault.agent().grant(&grant).get("https://api.example.com/me").send().await.unwrap();
    let prefixes: Vec<_> = vault.seen().into_iter().map(|seen| seen.key_prefix).collect();
    assert!(prefixes[0].starts_with("alter_rk_") && prefixes[1].starts_with("alter_ak_"), "{prefixes:?}");
}

#[tokio::test(start_paused = true)]
async fn steps_follow_each_other_and_the_last_one_stays() {
    let vault = ScriptedVault::start().await;
    vault
        .on("GET https://api.example.com/orders")
        .refuses(Refusal::from(ErrorCode::RATE_LIMIT_EXCEEDED).retry_after(2))
        .vault_fails(Fault::NoConnection)
        .answers(json!([1]))
        .answers(503);
    let app = vault.app();
    let call = || app.grant(&vault.grant()).get(ORDERS);
    let reply = call().send().await.unwrap();
    assert_eq!((reply.text().unwrap(), reply.meta().attempts), ("[1]", 1));
    for _ in 0..2 {
        assert_eq!(call().any_status().send().await.unwrap().status(), 503);
    }
    let outcomes: Vec<_> = vault.seen().into_iter().map(|seen| seen.outcome).collect();
    assert_eq!(outcomes, ["refused rate_limit_exceeded", "vault: no connection", "200", "503", "503"]);
}

#[tokio::test]
async fn a_refusal_is_typed_and_reaches_no_provider() {
    let vault = ScriptedVault::start().await;
    let revoked = Refusal::new(ErrorCode::GRANT_REVOKED, "Gone.").with("grant_id", vault.grant().to_string());
    vault.on("* https://api.example.com/*").refuses(revoked);
    vault
        .on("* https://api.example.com/*")
        .grant(&"22222222-2222-4333-8444-555555555555".parse().unwrap())
        .answers(204);
    let app = vault.app();
    let error = app.grant(&vault.grant()).get(ORDERS).send().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::GrantRevoked, "Gone."));
    let error = app.grant(&vault.grant()).get(ORDERS).proxy().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GrantRevoked);
    vault.audited("* *").never().await;
}

#[tokio::test]
async fn a_call_waits_for_approval_and_is_decided() {
    let vault = ScriptedVault::start().await;
    vault.on("POST https://api.example.com/orders").needs_approval(Decision::approved(json!({ "id": 7 })));
    let app = vault.app();
    let outcome = app.grant(&vault.grant()).post(ORDERS).proxy().await.unwrap();
    let Outcome::Waiting(pending) = outcome else { panic!("{outcome:?}") };
    assert!(pending.is_current_shape());
    let error = app.grant(&vault.grant()).post(ORDERS).send().await.unwrap_err();
    assert_eq!(error.code(), Some("hitl_grant_requires_proxy"));
}

#[tokio::test(start_paused = true)]
async fn a_decision_ends_the_wait_for_it() {
    let vault = ScriptedVault::start().await;
    let app = vault.app();
    let decide = async |decision: Decision| {
        vault.on("POST https://api.example.com/orders").needs_approval(decision);
        let outcome = app.grant(&vault.grant()).post(ORDERS).proxy().await.unwrap();
        let Outcome::Waiting(pending) = outcome else { panic!("{outcome:?}") };
        app.approvals().wait(&pending.approval_id).within(Duration::from_secs(60)).await
    };
    let reply = decide(Decision::approved(json!({ "id": 7 })).after_polls(3)).await.unwrap();
    assert_eq!(reply.json::<Value>().unwrap(), json!({ "id": 7 }));
    vault.saw("GET /sdk/approvals/{id}").times(4);
    for (decision, kind) in [
        (Decision::denied("too much"), ErrorKind::ApprovalDenied),
        (Decision::failed("no connection"), ErrorKind::ApprovalExecutionFailed),
        (Decision::expired(), ErrorKind::ApprovalExpired),
        (Decision::never(), ErrorKind::ApprovalTimeout),
    ] {
        assert_eq!(decide(decision).await.unwrap_err().kind(), kind);
    }
}

#[tokio::test(start_paused = true)]
async fn people_connect_decline_stay_away_and_sign_in() {
    let vault = ScriptedVault::start().await;
    let app = vault.app();
    let acme: [alter_types::ProviderId; 1] = ["acme".parse().unwrap()];
    vault.person_connects("acme", &vault.grant());
    let session = app.connect().open(&acme).await.unwrap();
    let connected = app.connect().wait(&session).await.unwrap();
    assert_eq!(
        (connected[0].grant_id.clone(), connected[0].provider_id.as_str()),
        (vault.grant().to_string(), "acme")
    );
    vault.person_signs_in("a.user.jwt");
    let session = app.sign_in().open().await.unwrap();
    assert_eq!(app.sign_in().wait(&session).await.unwrap().user_token.expose(), "a.user.jwt");
    vault.person_declines();
    let error = app.connect().open(&acme).run(|_| ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectDenied);
    vault.person_stays_away();
    let error = app.connect().open(&acme).run(|_| ()).within(Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
}

#[tokio::test]
async fn pieces_arrive_one_by_one_and_an_answer_can_break() {
    let vault = ScriptedVault::start().await;
    vault
        .on("GET https://api.example.com/events")
        .answers(Answer::status(200).events(["a", "b\nc"]).then_breaks());
    let app = vault.app();
    let mut stream = app.grant(&vault.grant()).get("https://api.example.com/events").stream().await.unwrap();
    assert_eq!(stream.event().await.unwrap().unwrap().data, "a");
    assert_eq!(stream.event().await.unwrap().unwrap().data, "b\nc");
    assert_eq!(stream.event().await.unwrap_err().kind(), ErrorKind::Network);
    drop(stream);
    vault.audited("GET https://api.example.com/events").once().await;
}

#[tokio::test(start_paused = true)]
async fn faults_are_what_they_would_be_on_a_network() {
    let vault = ScriptedVault::start().await;
    let app = vault.app();
    let call = || app.grant(&vault.grant()).post(ORDERS);
    for (fault, kind, may_have_executed) in [
        (Fault::NoConnection, ErrorKind::Network, false),
        (Fault::Broken, ErrorKind::Network, true),
        (Fault::Silence, ErrorKind::Timeout, true),
    ] {
        vault.on("POST https://api.example.com/orders").fails(fault);
        for error in [call().send().await.unwrap_err(), call().proxy().await.unwrap_err()] {
            assert_eq!((error.kind(), error.may_have_executed()), (kind, may_have_executed), "{fault:?}");
        }
    }
    vault
        .on("POST https://api.example.com/orders")
        .answers(Answer::status(200).after(Duration::from_secs(60)));
    let error = call().timeout(Duration::from_secs(30)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    vault.audited("POST https://api.example.com/orders").status(0).times(4).await;
}

#[tokio::test]
async fn the_vaults_own_operations_are_scripted_by_their_path() {
    let vault = ScriptedVault::start().await;
    let page = json!({ "grants": [], "total": 0, "limit": 100, "offset": 0, "has_more": false });
    vault.on("POST /sdk/grants/list").answers(page);
    vault.on("POST /sdk/oauth/grants/{id}/revoke").refuses(ErrorCode::GRANT_NOT_FOUND);
    let app = vault.app();
    assert_eq!(app.grants().list().await.unwrap().total, 0);
    let error = app.grants().revoke(&vault.grant()).reason("left").await.unwrap_err();
    assert!(error.is_grant_not_found());
    vault.saw("POST /sdk/grants/list").json(json!({ "limit": 100, "offset": 0 })).once();
    vault.saw("* /sdk/oauth/grants/*").mode(Mode::Operation).reason("left").once();
}

#[tokio::test]
async fn what_no_script_answers_fails_the_caller_and_then_the_test() {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/orders").answers(json!([]));
    let error =
        vault.app().grant(&vault.grant()).get("https://api.example.com/other").send().await.unwrap_err();
    assert!(error.to_string().starts_with("No script answers GET https://api.example.com/other"), "{error}");
    let panic = complaint(|| drop(vault));
    assert_eq!(
        panic,
        "not as scripted:\n  no script answers GET https://api.example.com/other, retrieve, grant \
         11111111-2222-4333-8444-555555555555; there are: GET https://api.example.com/orders"
    );
}

#[tokio::test]
async fn a_request_that_is_not_signed_is_refused_and_fails_the_test() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let vault = ScriptedVault::start().await;
    vault.on("GET /sdk/agents/me").answers(json!({}));
    let host = vault.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut socket = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!("GET /sdk/agents/me HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let unexpected = vault.take_unexpected();
    assert!(
        unexpected[0].starts_with("GET /sdk/agents/me was refused: the x-api-key header"),
        "{unexpected:?}"
    );
    assert!(vault.seen().is_empty());
}

#[tokio::test]
async fn a_failing_assertion_says_what_happened_instead() {
    let vault = ScriptedVault::start().await;
    vault.on("* https://api.example.com/*").answers(json!({}));
    let app = vault.app();
    app.grant(&vault.grant())
        .post(ORDERS)
        .json(&json!({ "item": "tea" }))
        .reason("thirst")
        .send()
        .await
        .unwrap();
    app.grant(&vault.grant()).get("https://api.example.com/me").query("page", 2).send().await.unwrap();
    let coffee =
        || vault.saw("POST https://api.example.com/orders").json(json!({ "item": "coffee" })).as_user("j");
    assert_eq!(
        complaint(|| coffee().once()),
        "expected 1 call: POST https://api.example.com/orders, body {\"item\":\"coffee\"}, for that user\n\
         got 0 of 2 calls\n  \
         1. POST https://api.example.com/orders, retrieve, grant 11111111-2222-4333-8444-555555555555, \
         reason \"thirst\", body {\"item\":\"tea\"} -> 200\n       \
         body is {\"item\":\"tea\"}\n       \
         no user token\n  \
         2. GET https://api.example.com/me, query page=2, retrieve, grant 11111111-2222-4333-8444-555555555555 -> 200"
    );
    assert!(complaint(|| vault.saw("* *").once()).starts_with("expected 1 call: * *\ngot 2 of 2 calls"));
    assert!(complaint(|| vault.saw("* *").never()).starts_with("expected 0 calls: * *\n"));

    let mut rows = pin!(vault.audited("POST https://api.example.com/orders").status(201).once());
    let panic = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| rows.as_mut().poll(cx))) {
        Ok(poll) => poll.map(|()| panic!("it fails")),
        Err(panic) => Poll::Ready(*panic.downcast::<String>().unwrap()),
    });
    let panic = panic.await;
    assert!(panic.contains("scripted_vault.rs:") && panic.contains("\n       status is 200"), "{panic}");
}
