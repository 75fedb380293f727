//! Bad input gets one clear sentence, and loses nothing.

use std::{fs, time::Duration};

use alter_auth::{Clock as _, SystemClock};
use alter_testkit::{Canary, EchoProvider, TestVault};
use serde_json::json;

use crate::{
    process::{AlterProcess, alter_fails},
    raw_http::RawRequest,
};

#[tokio::test]
async fn malformed_bodies_are_refused_by_name_and_leave_no_use_in_the_trail() {
    let (canary, provider, vault) = (Canary::new(1), EchoProvider::start().await, TestVault::start().await);
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let now = SystemClock.now().0;
    let call = json!({ "method": "GET", "url": provider.url("/") });
    for (nonce, (target, body, status, code, names)) in [
        ("/sdk/token", "{".to_owned(), 400, "malformed_json", "line 1"),
        ("/sdk/token", "[1]".to_owned(), 422, "invalid_request", "JSON object"),
        ("/sdk/token", json!({ "request": call }).to_string(), 422, "invalid_request", "grant_id"),
        (
            "/sdk/token",
            json!({ "grant_id": 7, "request": call }).to_string(),
            422,
            "invalid_request",
            "grant_id",
        ),
        (
            "/sdk/token",
            json!({ "grant_id": grant, "request": { "method": "GET" } }).to_string(),
            422,
            "invalid_request",
            "url",
        ),
        (
            "/sdk/token",
            json!({ "grant_id": grant, "request": { "method": "G T", "url": "x" } }).to_string(),
            422,
            "invalid_request",
            "",
        ),
        (
            "/sdk/token",
            json!({ "grant_id": grant, "request": { "method": "GET", "url": "not a url" } }).to_string(),
            422,
            "invalid_request",
            "URL",
        ),
        ("/sdk/grants/list", r#"{"limit":0}"#.to_owned(), 422, "invalid_request", "limit"),
        ("/sdk/grants/list", r#"{"limit":5000}"#.to_owned(), 422, "invalid_request", "limit"),
        ("/sdk/proxy", r#"{"method":"GET"}"#.to_owned(), 422, "invalid_request", "url"),
        ("/sdk/oauth/grants/none/revoke", "{}".to_owned(), 404, "grant_not_found", ""),
        ("/sdk/nothing", "{}".to_owned(), 404, "not_found", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let nonce = u8::try_from(nonce).unwrap();
        let answer =
            RawRequest::signed(vault.key(), target, body.as_str(), now, nonce).send(vault.base_url()).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{target} {body}: {}", answer.message());
        assert!(answer.message().contains(names), "{target} {body}: {}", answer.message());
    }
    let uses = vault
        .audit()
        .await
        .into_iter()
        .filter(|row| row.outcome.as_str() == "allowed" && row.grant_id == Some(grant));
    let events: Vec<_> = uses.map(|row| row.event.as_str()).collect();
    assert_eq!(events, ["grant.create"]);
    assert!(provider.received().is_empty());
}

#[tokio::test]
async fn an_oversized_body_is_refused_with_the_limit_declared_or_not() {
    let vault = TestVault::start().await;
    let now = SystemClock.now().0;
    let body = format!(r#"{{"label":"{}"}}"#, "a".repeat(300 * 1024));
    let declared = RawRequest::signed(vault.key(), "/sdk/grants/list", body, now, 1);
    for request in [declared.clone(), declared.chunked()] {
        let answer = request.send(vault.base_url()).await;
        assert_eq!((answer.status, answer.code()), (413, "body_too_large"));
        assert_eq!(answer.body["limit_bytes"], 256 * 1024);
    }
    let small = RawRequest::signed(vault.key(), "/sdk/grants/list", r#"{"limit":1}"#, now, 2).chunked();
    assert_eq!(small.send(vault.base_url()).await.status, 200, "chunks are fine as such");
}

#[tokio::test]
async fn an_unreachable_provider_is_a_typed_error_and_a_row() {
    let (canary, vault) = (Canary::new(2), TestVault::start().await);
    // A port that was free a moment ago: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let origin = format!("http://127.0.0.1:{port}");
    let grant = vault.grant("Gone", &origin, canary.secret()).await;
    let app = vault.client();

    let error = app.grant(&grant).get(&origin).proxy().await.unwrap_err();
    assert_eq!((error.code(), error.status()), (Some("provider_unreachable"), Some(502)), "{error}");
    let error = app.grant(&grant).get(&origin).send().await.unwrap_err();
    assert!(error.is_network(), "{error}");
    app.close().await;

    let trail = vault.audit().await;
    let failed: Vec<_> = trail.iter().filter(|row| row.outcome.as_str() == "failed").collect();
    assert_eq!(failed.len(), 2, "{trail:?}");
    canary.assert_absent("the trail", serde_json::to_vec(&trail).unwrap());
}

#[tokio::test]
async fn a_damaged_vault_file_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    AlterProcess::dev(folder.path()).await.kill().await;
    let file = folder.path().join("vault.db");
    for leftover in ["vault.db-wal", "vault.db-shm"] {
        let _ = fs::remove_file(folder.path().join(leftover));
    }
    fs::write(
        &file,
        b"this is not a database, but it is somebody's file and longer than a header is, by far",
    )
    .unwrap();
    let before = fs::read(&file).unwrap();
    let said = alter_fails(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(said.contains("vault.db"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before, "the file was changed");
}

#[tokio::test]
async fn a_vault_without_its_master_key_is_not_given_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    AlterProcess::dev(folder.path()).await.kill().await;
    let key = folder.path().join("master.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    for command in [&["dev", "--listen", "127.0.0.1:0"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let said = alter_fails(folder.path(), command).await;
        assert!(said.contains("master.key") && said.contains("--master-key"), "{said}");
        assert!(!key.exists());
    }
    fs::write(&key, b"not a key").unwrap();
    let said = alter_fails(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(said.contains("master key") && !said.contains("not a key"), "{said}");
    fs::write(&key, kept).unwrap();
    AlterProcess::serve(folder.path()).await.kill().await;
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    AlterProcess::dev(folder.path()).await.kill().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = alter_fails(folder.path(), &["serve", "--listen", &address]).await;
    assert!(said.contains(&address) && said.contains("in use"), "{said}");
}

#[tokio::test]
async fn a_locked_vault_file_is_a_typed_refusal_and_recovers_by_itself() {
    let (canary, provider) = (Canary::new(3), EchoProvider::start().await);
    let vault = TestVault::start().await;
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let app = vault.client();

    let lock = rusqlite::Connection::open(vault.folder().join("vault.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let call = app.grant(&grant).get(provider.url("/")).timeout(Duration::from_secs(20));
    let error = call.send().await.unwrap_err();
    assert_eq!(error.code(), Some("service_unavailable"), "{error}");
    assert!(provider.received().is_empty(), "a credential was used that no row tells of");
    lock.execute_batch("ROLLBACK").unwrap();

    app.grant(&grant).get(provider.url("/")).send().await.unwrap();
}
