//! Keys of agents.

use alter_client::{AgentId, AgentScopes, ErrorKind, KeyId, types::AgentKeyStatus};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal, with},
    world::{AGENT, KEY_ID},
};

const PLAINTEXT: &str = "alter_key_abcdefghijklmnopqrstuvwxyz0123456789ABCD";

fn agent() -> AgentId {
    AGENT.parse().unwrap()
}

fn key() -> KeyId {
    KEY_ID.parse().unwrap()
}

fn key_record() -> Value {
    json!({
        "key_id": KEY_ID, "key_prefix": "alter_key_ab", "name": "billing-bot-1",
        "created_at": "2026-01-01T00:00:00Z",
    })
}

#[tokio::test]
async fn a_minted_key_is_told_once_and_printed_never() {
    let minted = with(key_record(), json!({ "api_key": PLAINTEXT }));
    let script = Script::answers([(201, minted), (200, json!({ "items": [key_record()] }))]);
    let app = script.app();
    let minted = app.agents().mint_key(&agent()).await.unwrap();
    assert_eq!(minted.api_key.as_ref().unwrap().expose(), PLAINTEXT);
    let listed = app.agents().list_keys(&agent()).await.unwrap();
    assert_eq!(script.lines()[0], format!("POST /sdk/agents/{AGENT}/keys"));
    assert_eq!(script.asked()[0].body, "{}");
    assert!(!format!("{minted:?} {listed:?} {app:?}").contains(PLAINTEXT));
}

#[tokio::test]
async fn an_answer_of_the_wrong_shape_does_not_show_the_key_it_holds() {
    let malformed = json!({ "api_key": PLAINTEXT, "name": PLAINTEXT });
    let script = Script::always(201, &malformed);
    let app = script.app();
    let made = app.agents().create("a", AgentScopes::none()).await.unwrap_err();
    let minted = app.agents().mint_key(&agent()).await.unwrap_err();
    for error in [made, minted] {
        assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(201)));
        let shown = format!("{error} {error:?} {:?}", error.details());
        assert!(!shown.contains(PLAINTEXT), "{shown}");
    }
}

#[tokio::test]
async fn listed_keys_say_whether_they_work() {
    let deprecated = json!({ "deprecated_at": "2026-02-01T00:00:00Z" });
    let revoked = with(deprecated.clone(), json!({ "revoked_at": "2026-03-01T00:00:00Z" }));
    let items = [key_record(), with(key_record(), deprecated), with(key_record(), revoked)];
    let script = Script::answers([(200, json!({ "items": items }))]);
    let keys = script.app().agents().list_keys(&agent()).await.unwrap();
    let status: Vec<_> = keys.items.iter().map(|key| key.status()).collect();
    assert_eq!(status, [AgentKeyStatus::Active, AgentKeyStatus::Deprecated, AgentKeyStatus::Revoked]);
    assert_eq!(script.only().0, format!("GET /sdk/agents/{AGENT}/keys"));
}

#[tokio::test]
async fn keys_are_phased_out_brought_back_and_ended() {
    let script = Script::always(200, &key_record());
    let app = script.app();
    let agents = app.agents();
    agents.deprecate_key(&agent(), &key()).await.unwrap();
    agents.undeprecate_key(&agent(), &key()).await.unwrap();
    agents.revoke_key(&agent(), &key()).await.unwrap();
    agents.revoke_key(&agent(), &key()).force().await.unwrap();
    let path = format!("/sdk/agents/{AGENT}/keys/{KEY_ID}");
    let expected = [
        format!("PATCH {path}/deprecate"),
        format!("PATCH {path}/undeprecate"),
        format!("DELETE {path}"),
        format!("DELETE {path}?force=true"),
    ];
    assert_eq!(script.lines(), expected);
    assert_eq!(script.asked()[0].body, "{}");
}

#[tokio::test]
async fn a_revoked_key_is_one_thing_for_its_user_and_another_for_who_marks_it() {
    let script = Script::answers([(401, refusal("key_revoked")), (409, refusal("key_revoked"))]);
    let app = script.app();
    let used = app.agents().get(&agent()).await.unwrap_err();
    let marked = app.agents().deprecate_key(&agent(), &key()).await.unwrap_err();
    assert_eq!((used.kind(), marked.kind()), (ErrorKind::KeyRevoked, ErrorKind::KeyAlreadyRevoked));
}
