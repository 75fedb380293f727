//! Delegations: a grant passed on by an agent, and taken back.

use std::time::Duration;

use alter_client::{
    AgentId, Error, ErrorKind,
    types::{GrantKind, error::BackendKind},
};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal, says_text, with},
    world::{AGENT, GRANT, grant},
};

fn agent() -> AgentId {
    AGENT.parse().unwrap()
}

#[tokio::test]
async fn a_delegation_is_taken_back_by_the_application_or_given_up_by_the_agent() {
    let script =
        Script::new([says_text(204, ""), says_text(204, ""), says_text(200, "{}"), says_text(204, "")]);
    let (app, client) = (script.app(), script.agent());
    app.grants().revoke_delegation(&grant(), &agent()).await.unwrap();
    app.grants().revoke_delegation(&grant(), &agent()).await.unwrap();
    client.grants().revoke_delegation(&grant()).await.unwrap();
    client.grants().revoke_delegation(&grant()).await.unwrap();
    let path = format!("DELETE /sdk/grants/{GRANT}/delegations");
    let (theirs, own) = (format!("{path}/{AGENT}"), format!("{path}/me"));
    assert_eq!(script.lines(), [theirs.clone(), theirs, own.clone(), own]);

    let script = Script::answers([(403, refusal("use_self_revoke_path"))]);
    let error = script.app().grants().revoke_delegation(&grant(), &agent()).await.unwrap_err();
    assert!(error.is_policy_violation());
}

fn delegated() -> Value {
    json!({
        "grant_id": "99999999-1111-4111-8111-111111111111", "grant_kind": "oauth", "parent_grant_id": GRANT,
        "depth": 1, "delegable": false, "status": "active", "expires_at": 7,
    })
}

#[tokio::test]
async fn an_agent_passes_a_grant_on_narrower_and_for_a_while() {
    let script = Script::always(201, &delegated());
    let client = script.agent();
    let made = client.delegate(&grant(), &agent()).await.unwrap();
    assert_eq!((made.grant_kind, made.depth, made.expires_at), (GrantKind::Oauth, 1, None));
    let narrow = client.delegate(&grant(), &agent()).delegable().scopes([" read ", "https://x.test/auth/a"]);
    narrow.lifetime(Duration::from_secs(3600)).await.unwrap();
    client.delegate(&grant(), &agent()).not_delegable().await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let to = format!(r#""to_agent_id":"{AGENT}""#);
    assert_eq!(
        bodies,
        [
            format!("{{{to}}}"),
            format!(
                r#"{{{to},"delegable":true,"scope_constraint":[" read ","https://x.test/auth/a"],"ttl_seconds":3600}}"#
            ),
            format!(r#"{{{to},"delegable":false}}"#),
        ]
    );
    assert_eq!(script.lines()[0], format!("POST /sdk/grants/{GRANT}/delegate"));
}

#[tokio::test]
async fn a_delegation_that_cannot_be_meant_is_refused_here() {
    let script = Script::unasked();
    let client = script.agent();
    let delegate = || client.delegate(&GRANT.parse().unwrap(), &AGENT.parse().unwrap());
    let long = "x".repeat(513);
    let mistakes = [
        delegate().lifetime(Duration::ZERO),
        delegate().lifetime(Duration::from_millis(1500)),
        delegate().scopes([""; 0]),
        delegate().scopes(["*"]),
        delegate().scopes([" * "]),
        delegate().scopes(["a b"]),
        delegate().scopes(["é"]),
        delegate().scopes([long.as_str()]),
        delegate().scopes(["a"; 101]),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn a_grant_that_may_not_be_passed_on_says_why() {
    for reason in [Some("holder_not_delegable"), Some("a_newer_reason"), None] {
        let body = with(refusal("grant_not_delegable"), json!({ "detail_reason": reason }));
        let error = Script::answers([(403, body)]).agent().delegate(&grant(), &agent()).await.unwrap_err();
        let Error::Backend(error) = error else { panic!("the vault refused") };
        let BackendKind::GrantNotDelegable { detail_reason } = error.kind() else { panic!("{error:?}") };
        assert_eq!(detail_reason.as_deref(), reason);
    }
}
