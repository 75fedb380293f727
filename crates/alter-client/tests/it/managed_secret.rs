//! Connect sessions for managed secrets: options, answers, and vaults that are too old for them.

use std::time::Duration;

use alter_client::{
    AgentId, Error, ErrorKind, OpenManagedSecret, ProviderId, Secret,
    types::{GrantPolicyInput, ManagedSecretConnectPath},
};
use serde_json::{Value, json};

use crate::{
    script::{Script, Step, says, says_text},
    world::{GRANT, grant},
};

const AGENT: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

fn acme() -> ProviderId {
    "acme-api".parse().unwrap()
}

fn user() -> Secret {
    Secret::from("c4n4ry.user.jwt")
}

fn session(changes: Value) -> Step {
    let mut body = json!({
        "session_token": "c4n4ry-session", "connect_url": "https://portal.example.com/connect#c4n4ry-session",
        "expires_in": 600, "expires_at": "2026-01-01T00:10:00Z", "delegable_requested": false,
        "path": "key_entry", "existing_grant_id": null, "direct": false, "secret_slug": "acme-api",
        "template_slug": null, "agent_id": null,
    });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    body.as_object_mut().unwrap().extend(changes);
    body.as_object_mut().unwrap().retain(|_, value| *value != "absent");
    says(201, body)
}

fn complaint(kind: &str, field: &str) -> Step {
    says(422, json!({ "detail": [{ "type": kind, "loc": ["body", field], "msg": "x" }, "junk"] }))
}

#[tokio::test(start_paused = true)]
async fn a_plain_session_says_no_more_than_it_has_to_and_shows_nothing() {
    let script = Script::new([session(json!({}))]);
    let app = script.app();
    let open = app.connect().managed_secret(&acme(), user());
    assert!(!format!("{open:?}").contains("c4n4ry"));
    let opened = open.await.unwrap();
    assert_eq!(opened.path, Some(ManagedSecretConnectPath::KeyEntry));
    assert!(!format!("{opened:?}").contains("c4n4ry"));
    assert_eq!(script.targets(), ["/sdk/managed-secrets/connect/session"]);
    assert_eq!(script.asked()[0].body, r#"{"provider":"acme-api","user_token":"c4n4ry.user.jwt"}"#);
}

#[tokio::test(start_paused = true)]
async fn every_option_reaches_the_vault_in_its_place() {
    let script = Script::new([session(json!({ "delegable_requested": true, "direct": true }))]);
    let app = script.app();
    app.connect()
        .managed_secret(&acme(), user())
        .direct()
        .policy(GrantPolicyInput::default().with_max_ttl_seconds(60))
        .label("x")
        .delegable()
        .without_user_rules()
        .return_url("https://app.example.com/back")
        .allowed_origin("https://app.example.com")
        .agent("billing-bot")
        .await
        .unwrap();
    assert_eq!(
        script.asked()[0].body,
        concat!(
            r#"{"provider":"acme-api","agent":"billing-bot","user_token":"c4n4ry.user.jwt","#,
            r#""allowed_origin":"https://app.example.com","return_url":"https://app.example.com/back","#,
            r#""allow_user_policy_rules":false,"delegable":true,"requested_grant":{"label":"x"},"#,
            r#""grant_policy":{"max_ttl_seconds":60},"direct":true}"#,
        )
    );
    let script = Script::new([session(json!({ "path": "repair", "existing_grant_id": GRANT }))]);
    let app = script.app();
    let repair = app.connect().managed_secret(&acme(), user()).repair(&grant());
    let opened = repair.lifetime(Duration::from_secs(900)).await.unwrap();
    assert_eq!(opened.existing_grant_id.as_deref(), Some(GRANT));
    assert_eq!(
        script.asked()[0].json(),
        json!({
            "provider": "acme-api", "user_token": "c4n4ry.user.jwt", "requested_ttl_seconds": 900,
            "repair_grant_id": GRANT,
        })
    );
}

#[tokio::test(start_paused = true)]
#[expect(deprecated, reason = "this is about the deprecated names")]
async fn the_old_names_still_work() {
    let script = Script::new([session(json!({ "path": "absent", "secret_slug": null }))]);
    let app = script.app();
    let id: AgentId = AGENT.parse().unwrap();
    app.connect().managed_secret_of_template("Acme-API", user()).delegated_agent(&id).await.unwrap();
    assert_eq!(
        script.asked()[0].json(),
        json!({ "template_slug": "acme-api", "delegated_agent_id": AGENT, "user_token": "c4n4ry.user.jwt" })
    );
    let both = app.connect().managed_secret(&acme(), user()).agent("b").delegated_agent(&id);
    assert_eq!(both.await.unwrap_err().kind(), ErrorKind::Value);
    let odd = app.connect().managed_secret(&acme(), user()).template("a b");
    assert_eq!(odd.await.unwrap_err().kind(), ErrorKind::Value);
}

#[tokio::test(start_paused = true)]
async fn options_that_make_no_sense_are_refused_before_anything_is_sent() {
    let script = Script::new([session(json!({}))]);
    let app = script.app();
    let named = |slug: &str| app.connect().managed_secret(&slug.parse().unwrap(), user());
    let open = || named("acme-api");
    let mistakes: Vec<(&str, OpenManagedSecret<'_>)> = vec![
        ("upper case", named("Acme")),
        ("underscore", named("acme_api")),
        ("too long", named(&"a".repeat(51))),
        ("no user", app.connect().managed_secret(&acme(), Secret::from(""))),
        ("no agent", open().agent("")),
        ("no lifetime", open().lifetime(Duration::from_millis(900))),
        ("lifetime and policy", open().lifetime(Duration::from_secs(9)).policy(GrantPolicyInput::default())),
        ("bad policy", open().policy(GrantPolicyInput::default().with_default_ttl_seconds(-1))),
        ("repair and an agent", open().repair(&grant()).agent("b")),
        ("repair and a label", open().repair(&grant()).label("x")),
        ("empty label", open().label("")),
        ("long label", open().label("x".repeat(256))),
    ];
    for (name, mistake) in mistakes {
        let error = mistake.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{name}: {error}");
    }
    assert!(script.asked().is_empty());
    named(&"a".repeat(50)).await.unwrap_err();
    assert_eq!(script.asked().len(), 1, "50 characters are allowed");
}

/// The feature an old vault is found to lack.
fn feature(error: &Error) -> &str {
    assert_eq!(error.kind(), ErrorKind::ServerFeatureUnsupported, "{error}");
    assert!(error.to_string().contains("upgrade"), "{error}");
    error.details()["feature"].as_str().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_vault_that_is_too_old_is_recognised() {
    const OPTIONS: &str = "managed_secret_connect_provider";
    for (step, expected) in [
        (complaint("extra_forbidden", "provider"), OPTIONS),
        (complaint("missing", "template_slug"), OPTIONS),
        (complaint("missing", "delegated_agent_id"), "agent_managed_secret_connect_session"),
        (says(422, json!({ "error": "delegated_agent_id_required", "message": "x" })), OPTIONS),
        (session(json!({ "path": "absent" })), OPTIONS),
    ] {
        let app = Script::new([step]).app();
        let error = app.connect().managed_secret(&acme(), user()).await.unwrap_err();
        assert_eq!(feature(&error), expected);
    }
    for echo in [json!({}), json!({ "delegable_requested": "absent" })] {
        let app = Script::new([session(echo)]).app();
        let error = app.connect().managed_secret(&acme(), user()).delegable().await.unwrap_err();
        assert_eq!(feature(&error), "managed_secret_connect_delegable");
    }
    let app = Script::new([session(json!({ "path": null }))]).app();
    assert_eq!(app.connect().managed_secret(&acme(), user()).await.unwrap().path, None);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_another_reason_stays_what_it_is() {
    for step in [
        says(422, json!({ "error": "delegated_agent_id_required", "message": "x" })),
        complaint("missing", "delegated_agent_id"),
        complaint("extra_forbidden", "direct"),
        complaint("string_type", "provider"),
        says(422, json!({ "detail": [{ "type": "extra_forbidden", "loc": ["query", "provider"] }] })),
        says(422, json!({ "detail": "x" })),
    ] {
        let app = Script::new([step]).app();
        let error = app.connect().managed_secret(&acme(), user()).agent("b").await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(422)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_for_something_else_is_no_session() {
    for (changes, field) in [
        (json!({ "delegable_requested": true }), "delegable_requested"),
        (json!({ "secret_slug": "other" }), "secret_slug"),
        (json!({ "secret_slug": null }), "secret_slug"),
    ] {
        let app = Script::new([session(changes)]).app();
        let error = app.connect().managed_secret(&acme(), user()).await.unwrap_err();
        assert_eq!((error.kind(), &error.details()["field"]), (ErrorKind::Backend, &json!(field)));
    }
    for step in [session(json!({ "session_token": "" })), says_text(201, "c4n4ry"), says_text(201, "[]")] {
        let app = Script::new([step]).app();
        let error = app.connect().managed_secret(&acme(), user()).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(201)));
        assert!(!format!("{error} {error:?} {:?}", error.details()).contains("c4n4ry"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_operator_has_to_set_up_is_typed() {
    for (status, code, kind) in [
        (404, "secret_not_found", ErrorKind::ConnectConfig),
        (422, "secret_template_mismatch", ErrorKind::ConnectConfig),
        (409, "idp_signin_not_configured", ErrorKind::ConnectConfig),
        (409, "binding_hosts_required", ErrorKind::ConnectConfig),
        (409, "provider_contract_repair_required", ErrorKind::ConnectConfig),
        (409, "no_eligible_grants", ErrorKind::ConnectConfig),
        (404, "grant_not_found", ErrorKind::GrantNotFound),
        (401, "jwt_validation_error", ErrorKind::ReAuthRequired),
    ] {
        let app = Script::new([says(status, json!({ "error": code }))]).app();
        let error = app.connect().managed_secret(&acme(), user()).repair(&grant()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_names_no_target() {
    let script = Script::new([session(json!({}))]);
    script.agent().connect().managed_secret(&acme(), user()).await.unwrap();
    assert_eq!(script.asked()[0].json(), json!({ "provider": "acme-api", "user_token": "c4n4ry.user.jwt" }));
}

#[tokio::test(start_paused = true)]
#[expect(deprecated, reason = "the deprecated name of an agent goes with the deprecated name of a secret")]
async fn an_application_that_acts_as_an_agent_connects_for_it() {
    let script = Script::new([session(json!({}))]);
    let agent = script.app().acting_as(&AGENT.parse().unwrap());
    agent.connect().managed_secret(&acme(), user()).await.unwrap();
    let asked = script.asked()[0].json();
    assert_eq!((&asked["agent"], asked.get("delegated_agent_id")), (&json!(AGENT), None));

    let script = Script::new([session(json!({ "path": "absent" }))]);
    let agent = script.app().acting_as(&AGENT.parse().unwrap());
    agent.connect().managed_secret_of_template("acme", user()).await.unwrap();
    let asked = script.asked()[0].json();
    assert_eq!((asked.get("agent"), &asked["delegated_agent_id"]), (None, &json!(AGENT)));
}
