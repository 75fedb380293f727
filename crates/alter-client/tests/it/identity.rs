//! Who a call is about: resolved, asserted, verified elsewhere, and the key to memory.

use std::time::Duration;

use alter_auth::{
    SystemRandom, UnixSeconds,
    identity::{AssertionSigner, AssertionVerifier, JwkSet, NewAssertion, Subject},
};
use alter_client::{
    Agent, App, ErrorKind, Secret,
    types::{MemoryCoverage, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal},
    world::KEY,
};

fn ann() -> Value {
    json!({ "app_id": "app-1", "app_user_id": "user/1", "user_status": "active", "agent_id": "agent-1" })
}

fn jwt() -> Secret {
    Secret::from("fake.user.jwt")
}

#[tokio::test]
async fn an_application_asks_about_a_user_and_an_agent_about_one_of_the_application_s() {
    let script = Script::always(200, &ann());
    let (app, agent) = (script.app(), script.agent());
    let known = app.identity().resolve().as_user(jwt()).include_profile().await.unwrap();
    assert_eq!(known.app_user_id.as_deref(), Some("user/1"));
    app.identity().resolve().await.unwrap();
    agent.identity().resolve().app_user("u-1").as_user(jwt()).await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let expected = [
        r#"{"include_profile":true,"user_token":"fake.user.jwt"}"#,
        r#"{"include_profile":false}"#,
        r#"{"include_profile":false,"user_token":"fake.user.jwt","app_user_id":"u-1"}"#,
    ];
    assert_eq!(bodies, expected);
    assert_eq!(script.lines(), ["POST /sdk/identity/resolve"; 3]);
}

#[tokio::test]
async fn an_identity_nobody_can_ask_for_is_refused_here() {
    let script = Script::unasked();
    let (app, agent) = (script.app(), script.agent());
    let long = Secret::from("x".repeat(8_193));
    for token in [Secret::from(""), long] {
        let resolved = app.identity().resolve().as_user(token.clone()).await.unwrap_err();
        let asserted = agent.identity().assert("x:y").as_user(token).await.unwrap_err();
        assert_eq!((resolved.kind(), asserted.kind()), (ErrorKind::Value, ErrorKind::Value));
    }
    assert_eq!(agent.identity().resolve().app_user("").await.unwrap_err().kind(), ErrorKind::Value);
    let long = format!("https://{}", "x".repeat(505));
    for audience in ["", "memory.example", ":x", "1a:x", "é:x", &long] {
        let error = app.identity().assert(audience).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{audience}");
    }
    for life in [0, 9, 301].map(Duration::from_secs).into_iter().chain([Duration::from_millis(10_500)]) {
        let error = app.identity().assert("x:y").lifetime(life).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{life:?}");
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn the_longest_token_and_audience_are_accepted() {
    let script = Script::always(200, &ann());
    script.app().identity().resolve().as_user(Secret::from("é".repeat(8_192))).await.unwrap();
    let answer = json!({ "token": "a.b.c", "expires_at": "2026-01-01T00:02:00Z", "identity": ann() });
    let script = Script::always(200, &answer);
    script.app().identity().assert(format!("urn:{}", "é".repeat(508))).await.unwrap();
}

#[tokio::test]
async fn an_assertion_is_for_one_audience_and_a_short_while_and_is_not_printed() {
    const TOKEN: &str = "header.payload.signature";
    let answer = json!({ "token": TOKEN, "expires_at": "2026-01-01T00:02:00.750000Z", "identity": ann() });
    let script = Script::always(200, &answer);
    let app = script.app();
    let plain = app.identity().assert("https://memory.internal.test").await.unwrap();
    let all = app.identity().assert("urn:service:memory").as_user(jwt()).include_profile();
    all.lifetime(Duration::from_secs(300)).await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let expected = [
        r#"{"include_profile":false,"audience":"https://memory.internal.test"}"#,
        concat!(
            r#"{"include_profile":true,"user_token":"fake.user.jwt","audience":"urn:service:memory","#,
            r#""ttl_seconds":300}"#
        ),
    ];
    assert_eq!(bodies, expected);
    assert_eq!(script.lines()[0], "POST /sdk/identity/assert");
    assert_eq!(plain.token.expose(), TOKEN);
    assert!(!format!("{plain:?} {app:?}").contains("signature"));
    // The proof ends with the whole second the token ends in.
    let end = Timestamp::from_unix_seconds(1_767_225_720);
    assert_eq!(plain.identity.valid_until(), Some(end));
    assert!(plain.identity.memory_scope(MemoryCoverage::AgentAndUser, end).is_err());
}

#[tokio::test]
async fn a_user_who_has_to_sign_in_again_is_told_apart() {
    let script = Script::answers([(401, refusal("jwt_validation_error"))]);
    let error = script.app().identity().resolve().as_user(jwt()).await.unwrap_err();
    assert!(error.is_reauth_required());
}

#[tokio::test]
async fn what_the_vault_answered_is_the_key_to_memory_and_names_no_other_partition() {
    let script = Script::always(200, &ann());
    let identity = script.agent().identity().resolve().app_user("user/1").await.unwrap();
    assert_eq!(identity.valid_until(), None);
    let scope = identity.memory_scope(MemoryCoverage::AgentAndUser, Timestamp::from_unix_seconds(0)).unwrap();
    assert_eq!(scope.namespace, ["alter", "v2", "agent-user", "YXBwLTE", "YWdlbnQtMQ", "dXNlci8x"]);
    assert_eq!(scope.partition_key, "alter/v2/agent-user/YXBwLTE/YWdlbnQtMQ/dXNlci8x/");
    let below = scope.namespace_for(&["notes", "é"]).unwrap();
    assert_eq!(below[6..], ["bm90ZXM", "w6k"]);
    let keys = [scope.user_key.as_deref(), scope.agent_key.as_deref(), Some(scope.app_key.as_str())];
    assert_eq!(keys, [Some("alter:user:user/1"), Some("alter:agent:agent-1"), Some("alter:app:app-1")]);
}

#[tokio::test]
async fn an_assertion_is_verified_by_its_audience_without_asking_the_vault() {
    let random = SystemRandom::new();
    let pkcs8 = AssertionSigner::generate_pkcs8(&random).unwrap();
    let signer = AssertionSigner::from_pkcs8("k1", &pkcs8, random).unwrap();
    let now = UnixSeconds(1_790_000_000);
    let asked =
        NewAssertion::new("https://vault.test", "https://memory.test", "app-1", Subject::User("user/1"));
    let minted = signer.mint(&asked.acting_agent("agent-1", "agent_key"), now).unwrap();
    let answer =
        json!({ "token": minted.token.expose(), "expires_at": "2026-09-21T13:35:20Z", "identity": ann() });
    let assertion =
        Script::always(200, &answer).app().identity().assert("https://memory.test").await.unwrap();

    let keys = JwkSet::from_json(&signer.public_jwk_set()).unwrap();
    let verifier =
        AssertionVerifier::new("https://vault.test", "https://memory.test", "app-1", keys).unwrap();
    let verified = verifier.verify(assertion.token.expose(), now).unwrap();
    assert_eq!(verified.app_user_id, assertion.identity.app_user_id);
    let other = verifier.for_agent("agent-2").unwrap().verify(assertion.token.expose(), now).unwrap_err();
    assert_eq!(other.details()["reason"], "binding");
}

#[tokio::test]
async fn an_application_s_source_says_whom_it_is_about_and_an_agent_s_does_not() {
    let script = Script::always(200, &ann());
    let source = || async { Ok::<_, std::io::Error>(jwt()) };
    let app = script.connect(App::builder(KEY.parse().unwrap())).user_tokens(source).build().unwrap();
    let agent = script.connect(Agent::builder(KEY.parse().unwrap())).user_tokens(source).build().unwrap();
    app.identity().resolve().await.unwrap();
    agent.identity().resolve().await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let of_user = r#"{"include_profile":false,"user_token":"fake.user.jwt"}"#;
    assert_eq!(bodies, [of_user, r#"{"include_profile":false}"#]);

    let long = || async { Ok::<_, std::io::Error>(Secret::from("x".repeat(8_193))) };
    let app = script.connect(App::builder(KEY.parse().unwrap())).user_tokens(long).build().unwrap();
    assert_eq!(app.identity().resolve().await.unwrap_err().kind(), ErrorKind::Value);
    assert_eq!(app.identity().assert("x:y").await.unwrap_err().kind(), ErrorKind::Value);
    assert_eq!(script.lines().len(), 2);
}
