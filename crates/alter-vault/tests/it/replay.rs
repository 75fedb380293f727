//! A nonce is taken once per key, across restarts.

use std::time::Duration;

use crate::bench::{Bench, wanted};

#[tokio::test]
async fn the_same_request_is_served_once() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let call = bench.call(&tenant.key);
    bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap();

    for _ in 0..2 {
        let refusal = bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap_err();
        assert_eq!((refusal.status(), refusal.code().as_str()), (401, "replayed_nonce"));
        assert_eq!(bench.last_row().await.code.as_deref(), Some("replayed_nonce"));
        bench.restart().await;
    }
}

#[tokio::test]
async fn a_refused_request_has_used_its_nonce_up() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let call = bench.call(&tenant.key);
    let mut elsewhere = wanted(tenant.grant.id);
    elsewhere.request.url = "https://evil.example/".to_owned();
    bench.vault.retrieve(call.clone(), elsewhere).await.unwrap_err();
    let refusal = bench.vault.retrieve(call, wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "replayed_nonce");
}

#[tokio::test]
async fn a_nonce_is_refused_in_the_neighbouring_windows_too() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut call = bench.call(&tenant.key);
    bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap();
    for shift in [-600, 600] {
        call.timestamp.0 += shift;
        let refusal = bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "replayed_nonce");
        call.timestamp.0 -= shift;
    }
}

#[tokio::test]
async fn two_keys_may_use_the_same_nonce() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    let call = bench.call(&ours.key);
    let mut other = bench.call(&theirs.key);
    other.nonce = call.nonce;
    bench.vault.retrieve(call, wanted(ours.grant.id)).await.unwrap();
    bench.vault.retrieve(other, wanted(theirs.grant.id)).await.unwrap();
}

#[tokio::test]
async fn nonces_no_request_can_carry_any_more_are_removed() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let count =
        || -> i64 { bench.sql().query_row("SELECT count(*) FROM nonces", [], |row| row.get(0)).unwrap() };
    for _ in 0..5 {
        bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    }
    bench.clock.advance(Duration::from_secs(300));
    bench.vault.ready().await.unwrap();
    assert_eq!(count(), 5, "still within reach of a slow clock");
    bench.clock.advance(Duration::from_secs(1_200));
    bench.vault.ready().await.unwrap();
    assert_eq!(count(), 0);
}
