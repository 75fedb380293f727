//! What whoever runs a vault asks it: does the process answer, can it write.

use std::{sync::Arc, time::Duration};

use alter_auth::{SystemClock, SystemRandom};
use alter_testkit::TestVault;
use http::{HeaderMap, Method};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::raw_http::RawRequest;

fn get(target: &str) -> RawRequest {
    RawRequest { method: Method::GET, target: target.to_owned(), headers: HeaderMap::new(), body: Vec::new() }
}

#[tokio::test]
async fn ready_means_that_the_vault_can_write_and_alive_only_that_it_answers() {
    let vault = TestVault::start().await;
    let ask = async |target: &str| {
        let answer = get(target).send(vault.base_url()).await;
        (answer.status, answer.body["status"].as_str().unwrap_or(answer.code()).to_owned())
    };
    assert_eq!(ask("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(ask("/readyz").await, (200, "ready".to_owned()));

    let lock = rusqlite::Connection::open(vault.folder().join("vault.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(ask("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(ask("/readyz").await, (503, "service_unavailable".to_owned()));
    lock.execute_batch("ROLLBACK").unwrap();
    assert_eq!(ask("/readyz").await, (200, "ready".to_owned()));
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_let_go() {
    let vault = TestVault::start_with(Arc::new(SystemClock), Arc::new(SystemRandom::new()), |config| {
        config.header_timeout = Duration::from_millis(200);
    })
    .await;
    let authority = vault.base_url().strip_prefix("http://").unwrap();
    for words in ["", "POST /sdk/token HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut peer = TcpStream::connect(authority).await.unwrap();
        peer.write_all(words.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(10), peer.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "still connected after {words:?}");
    }
}
