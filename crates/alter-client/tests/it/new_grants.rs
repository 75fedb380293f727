//! New grants: siblings of one there is, and on managed secrets.

use alter_client::{
    AgentPrincipal, Error, ErrorKind, GrantPolicyInput, GroupPrincipal, ManagedSecretId, Principal, Secret,
    SystemPrincipal, UserPrincipal,
    types::{PrincipalType, error::BackendKind},
};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal, with},
    world::{GRANT, grant},
};

const SECRET: &str = "5ec2e700-0000-4000-8000-000000000001";

fn secret() -> ManagedSecretId {
    SECRET.parse().unwrap()
}

fn sibling() -> Value {
    json!({
        "grant_id": GRANT, "provider_id": "google", "status": "active", "created_at": "2026-01-01T00:00:00Z",
        "principal_type": "user", "label": "read only",
    })
}

#[tokio::test]
async fn a_sibling_grant_is_minted_with_policy_and_tags() {
    let script = Script::always(201, &sibling());
    let app = script.app();
    let minted = app.grants().mint(&grant(), "read only").await.unwrap();
    assert_eq!(minted.label.as_deref(), Some("read only"));
    let policy = GrantPolicyInput::default().with_max_ttl_seconds(3600_i64);
    app.grants().mint(&grant(), "ro é").policy(policy).tags(["team:a", "é"]).await.unwrap();
    app.grants().mint(&grant(), "ro").tags([""; 0]).await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let all =
        r#"{"label":"ro \u00e9","grant_policy":{"max_ttl_seconds":3600},"grant_tags":["team:a","\u00e9"]}"#;
    assert_eq!(bodies, [r#"{"label":"read only"}"#, all, r#"{"label":"ro","grant_tags":[]}"#]);
    assert_eq!(script.lines()[0], format!("POST /sdk/grants/{GRANT}/mint"));
}

#[tokio::test]
async fn a_sibling_that_cannot_be_meant_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let mint = |label| app.grants().mint(&GRANT.parse().unwrap(), label);
    let mistakes = [
        mint(""),
        mint("a").tags(["x", ""]),
        mint("a").policy(GrantPolicyInput::default().with_default_ttl_seconds(60_i64)),
        mint("a").policy(GrantPolicyInput::default().with_max_ttl_seconds(0_i64)),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn a_label_that_is_taken_is_named_even_if_the_vault_does_not() {
    let named = with(refusal("sibling_label_conflict"), json!({ "label": "Read Only" }));
    for (body, expected) in [(refusal("sibling_label_conflict"), "read only"), (named, "Read Only")] {
        let error =
            Script::answers([(409, body)]).app().grants().mint(&grant(), "read only").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SiblingLabelConflict);
        let Error::Backend(error) = error else { panic!("the vault refused") };
        let BackendKind::SiblingLabelConflict { label } = error.kind() else { panic!("{error:?}") };
        assert_eq!(label.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn a_secret_is_granted_to_each_kind_of_principal() {
    let made = json!({
        "grant_id": GRANT, "principal_type": "system", "label": null, "created_at": "2026-01-01T00:00:00Z",
        "credential_id": "",
    });
    let script = Script::always(201, &made);
    let app = script.app();
    let made = app.grants().create(&secret(), SystemPrincipal::default()).await.unwrap();
    assert_eq!((made.principal_type, made.credential_id), (PrincipalType::System, None));
    let user = UserPrincipal::new(Secret::from("fake.user.jwt"), "Ann");
    app.grants().create(&secret(), user).credential("c-1").await.unwrap();
    app.grants().create(&secret(), GroupPrincipal::new("00g1", "idp-1", "Ops é")).await.unwrap();
    let policy = GrantPolicyInput::default().with_max_ttl_seconds(3600_i64).with_default_ttl_seconds(60_i64);
    app.grants().create(&secret(), AgentPrincipal::default()).policy(policy).await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let expected = [
        r#"{"principal":{"type":"system","label":null},"grant_policy":{}}"#,
        concat!(
            r#"{"principal":{"type":"user","user_token":"fake.user.jwt","label":"Ann"},"#,
            r#""grant_policy":{},"credential_id":"c-1"}"#
        ),
        concat!(
            r#"{"principal":{"type":"group","external_group_id":"00g1","idp_id":"idp-1","label":"Ops \u00e9"},"#,
            r#""grant_policy":{}}"#
        ),
        concat!(
            r#"{"principal":{"type":"agent","label":null},"#,
            r#""grant_policy":{"max_ttl_seconds":3600,"default_ttl_seconds":60}}"#
        ),
    ];
    assert_eq!(bodies, expected);
    assert_eq!(script.lines()[0], format!("POST /sdk/managed-secrets/{SECRET}/grants"));
}

#[tokio::test]
async fn a_grant_of_a_secret_that_cannot_be_meant_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let create = |principal| app.grants().create(&SECRET.parse().unwrap(), principal);
    let user = |jwt: &str, label: &str| Principal::User(UserPrincipal::new(Secret::from(jwt), label));
    let system = || Principal::System(SystemPrincipal::default());
    let long = "x".repeat(256);
    let mistakes = [
        create(user("", "Ann")),
        create(user("fake.user.jwt", "")),
        create(user("fake.user.jwt", &long)),
        create(user(&"x".repeat(8193), "Ann")),
        create(GroupPrincipal::new("", "idp-1", "Ops").into()),
        create(SystemPrincipal::new(Some(long.clone())).into()),
        create(system()).credential(""),
        create(system()).policy(GrantPolicyInput::default().with_default_ttl_seconds(-1_i64)),
    ];
    for mistake in mistakes {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn several_credentials_to_choose_from_are_in_the_refusal() {
    let details = json!({ "credentials": [
        { "id": "c-1", "label": "Production" }, { "id": 7, "label": "Broken" }, { "id": "c-2", "label": "Sandbox" },
    ] });
    let body = with(refusal("credential_id_required"), json!({ "details": details }));
    let script = Script::answers([(409, body)]);
    let error = script.app().grants().create(&secret(), SystemPrincipal::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialIdRequired);
    let Error::Backend(error) = error else { panic!("the vault refused") };
    let BackendKind::CredentialIdRequired { credentials } = error.kind() else { panic!("{error:?}") };
    let choices: Vec<_> =
        credentials.iter().map(|choice| (choice.credential_id.as_str(), choice.label.as_str())).collect();
    assert_eq!(choices, [("c-1", "Production"), ("c-2", "Sandbox")]);
}
