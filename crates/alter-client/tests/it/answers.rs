//! What becomes of a provider's answer: handed over, or an error that says what it means; and nothing else is kept.

use alter_client::{ErrorKind, Reply};
use http::Method;
use serde_json::json;

use crate::world::{World, grant, token};

#[tokio::test]
async fn a_redirect_is_handed_over_and_not_followed() {
    let world = World::new().await;
    for status in [301, 302, 304, 307] {
        world.provider_answers(status, json!({}));
        world.provider_adds("location", "/elsewhere");
        let reply = world.app.grant(&grant()).get(world.url("/here")).send().await.unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(reply.headers()["location"], "/elsewhere");
    }
    assert!(world.at_provider().iter().all(|request| request.target == "/here"));
}

#[tokio::test]
async fn a_cookie_of_one_user_is_not_sent_for_the_next() {
    let world = World::new().await;
    world.provider_adds("set-cookie", "session=of-the-first; Path=/");
    let access = world.app.grant(&grant());
    let reply = access.get(world.url("/")).send().await.unwrap();
    assert_eq!(reply.headers()["set-cookie"], "session=of-the-first; Path=/");
    access.get(world.url("/")).send().await.unwrap();
    assert!(world.at_provider().iter().all(|request| request.header("cookie").is_none()));
    assert!(world.rows().await.iter().all(|row| !row.to_string().contains("of-the-first")));
}

#[tokio::test]
async fn a_refusal_says_how_it_was_told() {
    let world = World::new().await;
    let call = || world.app.grant(&grant()).get(world.url("/v1?own=1")).query("q", "1").send();
    world.provider_answers(401, json!({ "why": "expired" }));
    let error = call().await.unwrap_err();
    assert_eq!(error.details()["source"], "provider_unauthorized");
    assert_eq!(error.details()["url"], world.url("/v1?own=1"));
    assert_eq!(error.details()["response_body"], r#"{"why":"expired"}"#);
    assert_eq!(error.request_id(), Some("req-1"));
    world.vault_answers("/sdk/token", 200, token(json!({ "scope_mismatch": true })));
    world.provider_answers(403, json!({}));
    let error = call().await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.details()["source"]),
        (ErrorKind::ScopeReauthRequired, &json!("backend_flag"))
    );
    world.provider_answers(500, json!({}));
    let error = call().await.unwrap_err();
    assert_eq!((error.kind(), error.details().get("source")), (ErrorKind::ProviderApi, None));
}

#[tokio::test]
async fn a_long_refusal_is_bounded_in_the_details_and_whole_in_the_reply() {
    let world = World::new().await;
    world.provider_answers(500, json!("e".repeat(20_000)));
    let error = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(error.details()["response_body"], "<response too large: 20002 bytes>");
    assert_eq!(Reply::of(&error).unwrap().bytes().len(), 20_002);
    let said = format!("{error} {error:?}");
    assert!(said.len() < 1_000, "{said}");
}

#[tokio::test]
async fn a_long_json_body_is_counted_and_not_kept_in_the_trail() {
    let world = World::new().await;
    let access = world.app.grant(&grant());
    // The quotes belong to the 10,000.
    access.post(world.url("/")).json(&"b".repeat(9_998)).send().await.unwrap();
    access.post(world.url("/")).json(&"b".repeat(9_999)).send().await.unwrap();
    let mut bodies: Vec<_> = world.rows().await.iter().map(|row| row["request_body"].clone()).collect();
    bodies.sort_by_key(|body| body.to_string().len());
    assert_eq!(bodies[0], "<binary body: 10001 bytes>");
    assert_eq!(bodies[1], "b".repeat(9_998));
}

#[tokio::test]
async fn methods_are_sent_in_capitals_and_query_values_as_they_read() {
    let world = World::new().await;
    let access = world.app.grant(&grant());
    let purge = Method::from_bytes(b"purge").unwrap();
    access
        .call(purge, world.url("/v1?tag=old&own=1"))
        .query("tag", "a b")
        .query("tag", "ä")
        .query("draft", true)
        .query("page", 2)
        .query("none", "")
        .send()
        .await
        .unwrap();
    let sent = &world.at_provider()[0];
    assert_eq!(sent.method, "PURGE");
    assert_eq!(sent.target, "/v1?own=1&tag=a+b&tag=%C3%A4&draft=true&page=2&none=");
    assert_eq!(world.at_vault("/sdk/token")[0].json()["request"]["method"], "PURGE");
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let call = match method {
            "GET" => access.get(world.url("/")),
            "POST" => access.post(world.url("/")),
            "PUT" => access.put(world.url("/")),
            "PATCH" => access.patch(world.url("/")),
            _ => access.delete(world.url("/")),
        };
        call.send().await.unwrap();
        assert_eq!(world.at_provider().last().unwrap().method, method);
    }
}

#[tokio::test]
async fn raw_bytes_are_sent_as_they_are() {
    let world = World::new().await;
    let access = world.app.grant(&grant());
    access.put(world.url("/")).body(vec![0, 159, 146, 150]).send().await.unwrap();
    access.put(world.url("/")).body("a,b").header("Content-Type", "text/csv").send().await.unwrap();
    let sent = world.at_provider();
    assert_eq!((sent[0].body.as_slice(), sent[0].header("content-type")), (&[0, 159, 146, 150][..], None));
    assert_eq!((sent[1].body.as_slice(), sent[1].header("content-type")), (&b"a,b"[..], Some("text/csv")));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_serves_many_tasks_at_once_and_each_gets_its_own_answer() {
    let world = World::new().await;
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let (app, url) = (world.app.clone(), world.url(&format!("/{number}")));
            tokio::spawn(async move {
                let call = app.grant(&grant()).get(url).context("number", number.to_string());
                call.send().await.map(|reply| reply.meta().attempts)
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 1);
    }
    for row in world.rows().await {
        let number = row["context"]["number"].as_str().unwrap().to_owned();
        assert_eq!(row["url"], world.url(&format!("/{number}")), "every row belongs to its own call");
    }
    assert_eq!(world.at_provider().len(), 64);
}
