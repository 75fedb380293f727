//! Streams from end to end: server-sent events as they come, uploads, and the one row each leaves.

use std::time::Duration;

use alter_client::{ErrorKind, ReplyStream, Roots};
use alter_testkit::{ScriptedServer, TestAuthority, Validity};
use bytes::Bytes;
use futures_core::Stream;
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::world::{CANARY, World, grant};

/// A provider that sends a piece whenever the test says so, and a client that trusts it.
async fn model() -> (ScriptedServer, mpsc::UnboundedSender<&'static str>, World) {
    let authority = TestAuthority::new();
    let (tell, told) = mpsc::unbounded_channel::<&'static str>();
    let told = std::sync::Arc::new(tokio::sync::Mutex::new(told));
    let tls = authority.server_config(Validity::Current, &["http/1.1"]);
    let server = ScriptedServer::start(tls, move |mut peer| {
        let told = std::sync::Arc::clone(&told);
        async move {
            peer.request().await;
            peer.say("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n").await;
            let mut told = told.lock().await;
            while let Some(piece) = told.recv().await {
                peer.say(piece).await;
            }
            peer.close().await;
        }
    })
    .await;
    let roots = Roots::none().add_pem(authority.root_pem()).unwrap();
    let world = World::with(|builder| builder.roots(roots).idle_timeout(Duration::from_millis(300))).await;
    (server, tell, world)
}

async fn stream(server: &ScriptedServer, world: &World) -> ReplyStream {
    world
        .app
        .grant(&grant())
        .post(server.url("/v1/messages"))
        .json(&json!({ "stream": true }))
        .stream()
        .await
        .unwrap()
}

#[tokio::test]
async fn events_arrive_one_by_one_and_the_row_holds_them_all_without_the_credential() {
    let (server, tell, world) = model().await;
    let mut reply = stream(&server, &world).await;
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()["content-type"]),
        (200, &"text/event-stream".parse().unwrap())
    );
    for (said, expected) in [("event: delta\ndata: one\n\n", "one"), ("data: two\n", ""), ("\n", "two")] {
        tell.send(said).unwrap();
        if !expected.is_empty() {
            let event = timeout(Duration::from_millis(250), reply.event()).await.expect("at once");
            assert_eq!(event.unwrap().unwrap().data, expected);
        }
    }
    assert!(world.at_vault("/sdk/oauth/audit/api-call").is_empty(), "not before the end");
    tell.send("data: c4n4ry-s3cret-8842\n\n").unwrap();
    drop(tell);
    assert_eq!(reply.event().await.unwrap().unwrap().data, CANARY);
    assert!(reply.event().await.unwrap().is_none());
    assert!(reply.chunk().await.unwrap().is_none(), "an ended stream stays ended");
    drop(reply);
    let rows = world.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["response_body"], "event: delta\ndata: one\n\ndata: two\n\ndata: [credential]\n\n");
    assert_eq!(rows[0]["response_status"], 200);
}

#[tokio::test]
async fn a_stream_that_falls_silent_ends_with_a_timeout_and_its_row() {
    let (server, tell, world) = model().await;
    let mut reply = stream(&server, &world).await;
    tell.send("data: one\n\n").unwrap();
    reply.event().await.unwrap().unwrap();
    let error = reply.event().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    drop(reply);
    assert_eq!(world.rows().await[0]["response_body"], "<response broke off: 11 bytes arrived>");
}

#[tokio::test]
async fn closing_waits_for_an_open_stream() {
    let (server, tell, world) = model().await;
    let reply = stream(&server, &world).await;
    let app = world.app.clone();
    let closing = tokio::spawn(async move { app.close().await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!closing.is_finished());
    drop((reply, tell));
    let report = closing.await.unwrap();
    assert_eq!((report.delivered, report.lost), (1, 0));
}

#[tokio::test]
async fn a_refusal_is_an_error_with_the_reply_unless_any_status_is_wanted() {
    let world = World::new().await;
    world.provider_answers(429, json!({ "why": "slow down" }));
    let call = || world.app.grant(&grant()).get(world.url("/"));
    let error = call().stream().await.unwrap_err();
    assert_eq!(alter_client::Reply::of(&error).unwrap().text().unwrap(), r#"{"why":"slow down"}"#);
    let mut reply = call().any_status().stream().await.unwrap();
    assert_eq!(reply.chunk().await.unwrap().unwrap().as_ref(), br#"{"why":"slow down"}"#);
    drop(reply);
    assert_eq!(world.rows().await.len(), 2);
}

#[tokio::test]
async fn an_upload_is_streamed_and_proxy_mode_refuses_it() {
    struct Pieces(u8);
    impl Stream for Pieces {
        type Item = Result<Bytes, std::io::Error>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            self.0 += 1;
            std::task::Poll::Ready((self.0 <= 3).then(|| Ok(Bytes::from(vec![b'0' + self.0; 2]))))
        }
    }
    let world = World::new().await;
    let call = || world.app.grant(&grant()).put(world.url("/upload")).body_stream(Pieces(0));
    call().send().await.unwrap();
    assert_eq!(world.at_provider()[0].body, b"112233");
    assert_eq!(world.at_provider()[0].header("transfer-encoding"), Some("chunked"));
    assert_eq!(call().proxy().await.unwrap_err().kind(), ErrorKind::Value);
    assert_eq!(world.rows().await[0]["request_body"], "112233");
}
