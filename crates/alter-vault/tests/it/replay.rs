//! A nonce is taken once per key, across restarts and processes.

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
async fn of_the_same_request_sent_many_times_at_once_one_is_served() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let second_process = bench.open(&bench.master).unwrap();
    for _ in 0..10 {
        let call = bench.call(&tenant.key);
        let copies: Vec<_> = (0..16)
            .map(|copy| {
                let vault = if copy % 2 == 0 { bench.vault.clone() } else { second_process.clone() };
                let (call, request) = (call.clone(), wanted(tenant.grant.id));
                tokio::spawn(async move { vault.retrieve(call, request).await })
            })
            .collect();
        let mut served = 0;
        for copy in copies {
            match copy.await.unwrap() {
                Ok(_) => served += 1,
                Err(refusal) => assert_eq!(refusal.code().as_str(), "replayed_nonce"),
            }
        }
        assert_eq!(served, 1);
    }
    assert_eq!(bench.vault.verify_chain().await.unwrap().broken, None);
}

#[tokio::test]
async fn a_request_one_process_served_is_refused_by_another() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let second_process = bench.open(&bench.master).unwrap();
    let vaults = [&bench.vault, &second_process];
    for turn in 0..6 {
        let (serving, other) = (vaults[turn % 2], vaults[(turn + 1) % 2]);
        let call = bench.call(&tenant.key);
        serving.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap();
        let refusal = other.retrieve(call, wanted(tenant.grant.id)).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "replayed_nonce");
    }
}

#[tokio::test]
async fn when_no_more_can_be_remembered_new_requests_are_refused_and_old_ones_stay_refused() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let small = bench.open_with_room_for(3);
    let first = bench.call(&tenant.key);
    small.retrieve(first.clone(), wanted(tenant.grant.id)).await.unwrap();
    for _ in 0..2 {
        small.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    }
    let refusal = small.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (503, "service_unavailable"));
    assert_eq!(bench.last_row().await.code.as_deref(), Some("service_unavailable"));
    let refusal = small.retrieve(first, wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "replayed_nonce");

    bench.clock.advance(Duration::from_secs(600));
    small.ready().await.unwrap();
    small.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.expect("there is room again");
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

#[tokio::test]
async fn a_request_whose_nonce_may_have_been_removed_is_refused_for_good() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let call = bench.call(&tenant.key);
    bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap();
    let mut as_old = bench.call(&tenant.key);
    bench.clock.advance(Duration::from_secs(1_500));
    bench.vault.ready().await.unwrap();

    // As if the clock had been wrong and was set back: the server would accept these timestamps again.
    for _ in 0..2 {
        for request in [&call, &as_old] {
            let refusal = bench.vault.retrieve(request.clone(), wanted(tenant.grant.id)).await.unwrap_err();
            assert_eq!((refusal.status(), refusal.code().as_str()), (401, "stale_timestamp"));
        }
        bench.restart().await;
    }
    as_old.timestamp = bench.call(&tenant.key).timestamp;
    bench.vault.retrieve(as_old, wanted(tenant.grant.id)).await.unwrap();
}

#[tokio::test]
async fn a_long_log_is_removed_whole() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for _ in 0..100 {
        bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    }
    bench.clock.advance(Duration::from_secs(1_500));
    for _ in 0..3 {
        bench.vault.ready().await.unwrap();
    }
    let rows: i64 = bench.sql().query_row("SELECT count(*) FROM nonces", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}
