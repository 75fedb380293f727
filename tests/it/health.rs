//! What whoever runs a vault asks it: does the process answer, can it write.

use alter_testkit::TestVault;
use http::{HeaderMap, Method};

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
