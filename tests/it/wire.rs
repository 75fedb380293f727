//! What a vault refuses at the door: a request that is changed, late, repeated, or signed by nobody it knows.

use alter_auth::{
    ApiKey, Attribution, Clock as _, KeyKind, Nonce, SignedContext, Signer, Stamp, SystemClock, SystemRandom,
};
use alter_types::RequestRule;
use http::Method;
use serde_json::json;

use crate::{process::AlterProcess, raw_http::RawRequest};

struct Door {
    folder: tempfile::TempDir,
    process: AlterProcess,
    key: ApiKey,
    body: String,
}

impl Door {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = AlterProcess::dev(folder.path()).await;
        let url = process.announced("practice_provider");
        let grant = process.announced("grant_id");
        let body = json!({ "grant_id": grant, "reason": null, "request": { "method": "GET", "url": url } });
        let key = process.announced("api_key").parse().unwrap();
        Self { folder, process, key, body: body.to_string() }
    }

    fn request(&self, nonce: u8) -> RawRequest {
        RawRequest::signed(&self.key, "/sdk/token", self.body.as_str(), SystemClock.now().0, nonce)
    }

    async fn refuses(&self, request: &RawRequest, code: &str) {
        let answer = request.send(&self.process.announced("base_url")).await;
        assert_eq!((answer.status, answer.code()), (401, code), "{}", answer.message());
        assert!(answer.message().len() > 20, "a sentence goes with {code}");
        assert!(!answer.body.to_string().contains(self.key.expose()), "the answer repeats the key");
    }
}

#[tokio::test]
async fn a_tampered_body_is_refused() {
    let door = Door::open().await;
    let mut request = door.request(1);
    request.body = door.body.replace("GET", "PUT").into();
    door.refuses(&request, "invalid_signature").await;
}

#[tokio::test]
async fn a_stale_timestamp_is_refused_with_the_measured_difference() {
    let door = Door::open().await;
    let late = RawRequest::signed(&door.key, "/sdk/token", door.body.as_str(), SystemClock.now().0 - 400, 1);
    door.refuses(&late, "stale_timestamp").await;
    let answer = late.send(&door.process.announced("base_url")).await;
    assert!(answer.message().contains("-40"), "{}", answer.message());
}

#[tokio::test]
async fn a_replayed_nonce_is_refused_also_after_a_restart() {
    let door = Door::open().await;
    let request = door.request(1);
    let first = request.send(&door.process.announced("base_url")).await;
    assert_eq!(first.status, 200, "{}", first.message());
    door.refuses(&request, "replayed_nonce").await;

    let Door { folder, process, key, body } = door;
    process.kill().await;
    let process = AlterProcess::dev(folder.path()).await;
    let door = Door { folder, process, key, body };
    door.refuses(&request, "replayed_nonce").await;
    let fresh = door.request(2).send(&door.process.announced("base_url")).await;
    assert_eq!(fresh.status, 200, "the same key and grant serve the next start");
}

#[tokio::test]
async fn an_unknown_key_is_refused_whatever_else_is_wrong() {
    let mut door = Door::open().await;
    door.key = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new()).unwrap();
    let mut request = door.request(1);
    door.refuses(&request, "invalid_key").await;
    request.body = b"{}".to_vec();
    door.refuses(&request, "invalid_key").await;
    for (nonce, target, body) in [
        (4, "/sdk/grants/list", r#"{"limit":0}"#),
        (5, "/sdk/proxy", r#"{"method":"GET","url":"relative","provider_id":"p"}"#),
        (6, "/sdk/oauth/grants/none/revoke", "{}"),
    ] {
        let request = RawRequest::signed(&door.key, target, body, SystemClock.now().0, nonce);
        door.refuses(&request, "invalid_key").await;
    }
    request.body = b"not json".to_vec();
    door.refuses(
        &RawRequest::signed(&door.key, "/sdk/token", "not json", SystemClock.now().0, 3),
        "invalid_key",
    )
    .await;
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let door = Door::open().await;
    let answer = door.request(1).send(&door.process.announced("base_url")).await;
    assert!(answer.head.contains("x-request-id: "), "{}", answer.head);
    assert!(answer.head.contains("x-correlation-id: "), "{}", answer.head);
}

#[tokio::test]
async fn a_narrowed_request_is_held_to_its_limits() {
    let door = Door::open().await;
    let now = SystemClock.now();
    let forbids_get = RequestRule::new(
        "json_match",
        serde_json::from_str(r#"{"when":{"method":"GET"},"effect":"deny"}"#).unwrap(),
    )
    .to_header()
    .unwrap();
    for (nonce, (constraints, rule, status, code)) in [
        (Some("grants:read,tokens:retrieve"), None, 200, ""),
        (Some("grants:read"), None, 403, "insufficient_scope"),
        (Some("keys:derive"), None, 400, "constraint_not_narrowing"),
        (Some("*"), None, 400, "invalid_narrowing"),
        (None, Some("e30"), 400, "invalid_narrowing"),
        (None, Some(forbids_get.as_str()), 403, "policy_denied"),
    ]
    .into_iter()
    .enumerate()
    {
        let attribution = Attribution::default();
        let context = SignedContext { attribution: &attribution, constraints, rule };
        let stamp = Stamp { now, nonce: Nonce::from_bytes([100 + u8::try_from(nonce).unwrap(); 16]) };
        let mut request = door.request(1);
        request.headers.clear();
        let signed = Signer::new(door.key.clone()).sign(
            &Method::POST,
            "/sdk/token",
            door.body.as_bytes(),
            &context,
            stamp,
        );
        signed.unwrap().apply(&mut request.headers);
        let answer = request.send(&door.process.announced("base_url")).await;
        assert_eq!(answer.status, status, "{constraints:?} {rule:?}: {}", answer.body);
        if status != 200 {
            assert_eq!(answer.code(), code, "{}", answer.message());
        }
    }
}
