//! Opening connect sessions: what is asked for, what is refused here, and recovery from errors.

use alter_client::{
    AgentId, ErrorKind, OpenSession, ProviderId, Recovery, Secret,
    types::{
        AlterError, ConnectMetadata, ErrorResponse, GrantPolicyInput, GrantRestrictions, RequestedGrantInput,
        Surface,
    },
};
use serde_json::{Value, json};

use crate::{
    script::{Script, Step, says, says_text},
    world::{GRANT, grant},
};

pub(crate) fn session() -> Step {
    says(
        201,
        json!({
            "session_token": "c4n4ry-session", "connect_url": "https://portal.example.com/connect#c4n4ry-session",
            "expires_in": 600, "expires_at": "2026-01-01T00:10:00Z",
        }),
    )
}

pub(crate) fn acme() -> ProviderId {
    "acme".parse().unwrap()
}

fn other() -> ProviderId {
    "other".parse().unwrap()
}

/// The error a refusal becomes.
fn error(status: u16, body: &Value) -> AlterError {
    AlterError::from_response(Surface::Main, &ErrorResponse::new(status, body.to_string().as_bytes()))
}

#[tokio::test(start_paused = true)]
async fn a_plain_session_says_no_more_than_it_has_to() {
    let script = Script::new([session()]);
    let app = script.app();
    let opened = app.connect().open(&[acme()]).return_url("https://app.example.com/back").await.unwrap();
    assert_eq!(opened.connect_url.expose(), "https://portal.example.com/connect#c4n4ry-session");
    assert!(!format!("{opened:?}").contains("c4n4ry"));
    app.connect().open_any().await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(
        bodies,
        [
            r#"{"allowed_providers":["acme"],"return_url":"https://app.example.com/back","allowed_origin":null,"metadata":null}"#,
            r#"{"allowed_providers":null,"return_url":null,"allowed_origin":null,"metadata":null}"#,
        ]
    );
    assert_eq!(script.targets(), ["/sdk/oauth/connect/session"; 2]);
}

#[tokio::test(start_paused = true)]
async fn every_option_reaches_the_vault_in_its_place() {
    let script = Script::new([session()]);
    let app = script.app();
    app.connect()
        .open(&[acme()])
        .direct()
        .switch_account()
        .without_user_rules()
        .return_url("https://app.example.com/back")
        .allowed_origin("https://app.example.com")
        .metadata(ConnectMetadata::default().with_ip_address("203.0.113.7"))
        .policy(GrantPolicyInput::default().with_max_ttl_seconds(60))
        .required_scopes(&acme(), ["read"])
        .requested_grant(
            RequestedGrantInput::new("x")
                .with_restrictions(GrantRestrictions::default().with_allowed_methods(vec!["GET".to_owned()])),
        )
        .agent("billing-bot")
        .delegable()
        .scope_constraint(["read"])
        .as_user(Secret::from("a.b.c"))
        .await
        .unwrap();
    assert_eq!(
        script.asked()[0].body,
        concat!(
            r#"{"allowed_providers":["acme"],"return_url":"https://app.example.com/back","#,
            r#""allowed_origin":"https://app.example.com","metadata":{"ip_address":"203.0.113.7"},"direct":true,"#,
            r#""switch_account":true,"allow_user_policy_rules":false,"grant_policy":{"max_ttl_seconds":60},"#,
            r#""required_scopes":{"acme":["read"]},"#,
            r#""requested_grant":{"label":"x","restrictions":{"allowed_methods":["GET"]}},"agent":"billing-bot","#,
            r#""delegable":true,"scope_constraint":["read"],"user_token":"a.b.c"}"#,
        )
    );
}

#[tokio::test(start_paused = true)]
async fn an_agents_right_to_delegate_is_granted_taken_or_left_alone() {
    let script = Script::new([session()]);
    let app = script.app();
    let agent: AgentId = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa".parse().unwrap();
    let open = || app.connect().open_any().agent(agent);
    open().delegable().await.unwrap();
    open().not_delegable().await.unwrap();
    open().await.unwrap();
    let said: Vec<_> = script.asked().iter().map(|asked| asked.json().get("delegable").cloned()).collect();
    assert_eq!(said, [Some(json!(true)), Some(json!(false)), None]);
}

#[tokio::test(start_paused = true)]
async fn options_that_make_no_sense_are_refused_before_anything_is_sent() {
    let script = Script::new([session()]);
    let app = script.app();
    let connect = app.connect();
    let one = || connect.open(&[acme()]);
    let label = |length: usize| RequestedGrantInput::new("x".repeat(length));
    let mistakes: Vec<(&str, OpenSession<'_>)> = vec![
        ("no provider", connect.open::<ProviderId>(&[])),
        ("blank provider", connect.open(&["acme", " "])),
        ("direct, no provider named", connect.open_any().direct()),
        ("direct, two providers", connect.open(&[acme(), other()]).direct()),
        ("repair, no provider named", connect.open_any().repair(&grant())),
        ("repair, two providers", connect.open(&[acme(), other()]).repair(&grant())),
        ("repair and a new grant", one().repair(&grant()).requested_grant(label(1))),
        ("repair and an agent", one().repair(&grant()).agent("b")),
        ("repair and another account", one().repair(&grant()).switch_account()),
        ("empty label", one().requested_grant(label(0))),
        ("long label", one().requested_grant(label(256))),
        ("no agent", one().agent("")),
        ("no time to live", one().policy(GrantPolicyInput::default().with_max_ttl_seconds(0))),
        ("empty constraint", one().scope_constraint(Vec::<String>::new())),
        ("every scope", one().scope_constraint(["*"])),
        ("a scope with a space", one().scope_constraint(["a b"])),
        ("too many scopes", one().scope_constraint(vec!["a"; 101])),
    ];
    for (name, mistake) in mistakes {
        let error = mistake.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{name}: {error}");
    }
    assert!(script.asked().is_empty());
    // The same provider twice, in whatever case, is one provider.
    connect.open(&["acme", "ACME "]).direct().await.unwrap();
    assert_eq!(script.asked()[0].json()["allowed_providers"], json!(["acme", "ACME "]), "as they were given");
}

#[tokio::test(start_paused = true)]
async fn what_the_vault_adds_to_a_session_is_read_tolerantly_and_the_rest_strictly() {
    let answer = |changes: Value| {
        let mut body =
            json!({ "session_token": "t", "connect_url": "u", "expires_in": 0, "expires_at": "x" });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        Script::new([says(200, body)]).app()
    };
    let odd = json!({ "scope_constraint_warnings": ["a", 1], "single_provider": "yes", "direct": true });
    let app = answer(odd);
    let read = app.connect().open_any().await.unwrap();
    assert_eq!(read.scope_constraint_warnings, ["a"]);
    assert!(!read.single_provider && read.direct);
    for broken in [
        json!({ "session_token": "" }),
        json!({ "connect_url": "" }),
        json!({ "expires_in": -1 }),
        json!({ "expires_in": "600" }),
        json!({ "expires_at": "" }),
    ] {
        let error = answer(broken).connect().open_any().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(200)));
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_that_are_not_approved_are_a_matter_of_setup() {
    let body = json!({
        "error": "managed_oauth_scope_approval_required", "message": "Ask for approval.",
        "details": { "unapproved_scopes": ["drive"] }, "retryable": false,
    });
    let script = Script::new([says(409, body)]);
    let error = script.app().connect().open(&[acme()]).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ConnectConfig, Some(409)));
    assert!(error.is_connect_flow() && !error.is_backend() && !error.is_transient());
    assert_eq!(error.details()["details"]["unapproved_scopes"], json!(["drive"]));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_for_the_user_it_names_or_the_one_the_source_names() {
    let script = Script::new([session()]);
    let source = || std::future::ready(Ok::<_, std::io::Error>(Secret::from("from.the.source")));
    let app = script.app_with(|builder| builder.user_tokens(source));
    app.connect().open(&[acme()]).await.unwrap();
    app.connect().open(&[acme()]).as_user(Secret::from("a.b.c")).await.unwrap();
    let users: Vec<_> = script.asked().iter().map(|asked| asked.json()["user_token"].clone()).collect();
    assert_eq!(users, ["from.the.source", "a.b.c"]);

    let error = app.connect().open(&[acme()]).as_user(Secret::from("")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    let nobody = || std::future::ready(Err::<Secret, _>("nobody is signed in"));
    let app = script.app_with(|builder| builder.user_tokens(nobody));
    assert_eq!(app.connect().open_any().await.unwrap_err().kind(), ErrorKind::Client);
    assert_eq!(script.asked().len(), 2, "never for nobody by mistake");
}

#[tokio::test(start_paused = true)]
async fn an_agent_opens_sessions_too() {
    let script = Script::new([session()]);
    script.agent().connect().open(&[acme()]).as_user(Secret::from("a.b.c")).await.unwrap();
    assert_eq!(script.asked()[0].json()["user_token"], "a.b.c");
}

#[tokio::test(start_paused = true)]
async fn an_error_brings_along_the_session_that_repairs_it() {
    let script = Script::new([session()]);
    let app = script.app();
    for (status, body, asked) in [
        (404, json!({ "error": "grant_not_found", "provider_id": "acme" }), json!({})),
        (
            404,
            json!({ "error": "no_delegated_grant", "provider_id": "acme", "agent_id": "a-1" }),
            json!({ "agent": "a-1" }),
        ),
        (
            403,
            json!({ "error": "credential_revoked", "provider_id": "acme", "grant_id": GRANT }),
            json!({ "repair_grant_id": GRANT }),
        ),
        (403, json!({ "error": "credential_revoked", "provider_id": "acme" }), json!({})),
    ] {
        let recovery = error(status, &body).recovery().unwrap();
        app.connect().recover(recovery).await.unwrap();
        let mut expected = json!({
            "allowed_providers": ["acme"], "return_url": null, "allowed_origin": null, "metadata": null,
        });
        expected.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        assert_eq!(script.asked().last().unwrap().json(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_is_gone_is_made_anew_instead_of_repaired() {
    let gone = || says(404, json!({ "error": "grant_not_found", "message": "gone" }));
    let revoked = json!({ "error": "credential_revoked", "provider_id": "acme", "grant_id": GRANT });
    let recovery = || error(403, &revoked).recovery().unwrap();

    let script = Script::new([gone(), session()]);
    script.app().connect().recover(recovery()).allowed_origin("https://app.example.com").await.unwrap();
    let asked = script.asked();
    assert_eq!(asked[0].json()["repair_grant_id"], GRANT);
    assert_eq!(asked[1].json().get("repair_grant_id"), None);
    assert_eq!(asked[1].json()["allowed_origin"], "https://app.example.com");

    let script = Script::new([gone()]);
    assert!(script.app().connect().recover(recovery()).await.unwrap_err().is_grant_not_found());
    assert_eq!(script.asked().len(), 2, "once, and no more");

    // Who names the grant to repair gets to know that it is gone.
    let script = Script::new([gone(), session()]);
    let repair = script.app();
    assert!(repair.connect().open(&[acme()]).repair(&grant()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_error_that_no_session_repairs_says_so() {
    let stale = error(404, &json!({ "error": "grant_not_found" }));
    assert_eq!(stale.recovery(), None);
    assert_eq!(stale.require_recovery().unwrap_err().kind(), ErrorKind::Value);
    let no_agent = error(404, &json!({ "error": "no_delegated_grant", "provider_id": "acme" }));
    assert_eq!(no_agent.require_recovery().unwrap_err().kind(), ErrorKind::Value);

    let odd = json!({ "error": "credential_revoked", "provider_id": "acme", "grant_id": "not-a-uuid" });
    let recovery: Recovery = error(403, &odd).recovery().unwrap();
    let script = Script::new([session()]);
    let app = script.app();
    assert_eq!(app.connect().recover(recovery).await.unwrap_err().kind(), ErrorKind::Value);
    assert!(script.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_closed_client_opens_nothing_and_a_broken_answer_repeats_nothing() {
    let script = Script::new([says_text(201, "c4n4ry")]);
    let app = script.app();
    let error = app.connect().open_any().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(201)));
    assert!(!format!("{error} {error:?} {:?}", error.details()).contains("c4n4ry"));
    app.close().await;
    assert_eq!(app.connect().open(&[""]).await.unwrap_err().kind(), ErrorKind::Client);
    assert_eq!(script.asked().len(), 1);
}
