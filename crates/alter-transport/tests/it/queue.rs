//! The audit queue: bounded, retried, drained, and honest about what it lost.

use std::time::Duration;

use alter_transport::{Audit, AuditLimits, AuditQueue, Deadline, Delivery, ProviderOptions, ProviderPlane};
use tokio::time::Instant;

use crate::support::{Rows, clock, in_hand, provider_request, read, statuses};

/// Makes one call that leaves one row.
async fn call(queue: &AuditQueue) {
    let mut options = ProviderOptions::new(clock());
    options.audit = Some(queue.clone());
    let plane = ProviderPlane::new(options, statuses(&[200]).0);
    plane.call(read(), in_hand(), provider_request()).await.unwrap();
}

fn limits(capacity: usize) -> AuditLimits {
    let mut limits = AuditLimits::default();
    limits.capacity = capacity;
    limits
}

#[tokio::test(start_paused = true)]
async fn rows_are_tried_again_until_the_vault_takes_them() {
    let rows = Rows::new();
    *rows.delivery.lock().unwrap() = Delivery::Later;
    let queue = AuditQueue::new(rows.clone(), limits(8));
    call(&queue).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(queue.report().undelivered, 1);
    *rows.delivery.lock().unwrap() = Delivery::Done;
    let report = queue.drain(Deadline::after(Duration::from_secs(10))).await;
    assert_eq!((report.delivered, report.lost, report.undelivered), (1, 0, 0));
    assert_eq!(rows.kept().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_row_and_one_out_of_attempts_count_as_lost() {
    let rows = Rows::new();
    let queue = AuditQueue::new(rows.clone(), limits(8));
    *rows.delivery.lock().unwrap() = Delivery::Refused;
    call(&queue).await;
    let report = queue.drain(Deadline::after(Duration::from_secs(1))).await;
    assert_eq!((report.delivered, report.lost), (0, 1));
    *rows.delivery.lock().unwrap() = Delivery::Later;
    call(&queue).await;
    let report = queue.drain(Deadline::after(Duration::from_secs(60))).await;
    assert_eq!((report.delivered, report.lost, report.undelivered), (0, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_makes_calls_wait_a_second_and_then_counts_the_loss() {
    let rows = Rows { takes: Duration::from_secs(3600), ..Rows::new() };
    let queue = AuditQueue::new(rows, limits(2));
    let started = Instant::now();
    call(&queue).await;
    call(&queue).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    call(&queue).await;
    assert_eq!(started.elapsed(), Duration::from_secs(1));
    let report = queue.report();
    assert_eq!((report.lost, report.undelivered), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn draining_stops_at_its_deadline_and_says_what_is_left() {
    let rows = Rows { takes: Duration::from_secs(3600), ..Rows::new() };
    let queue = AuditQueue::new(rows, limits(8));
    call(&queue).await;
    let started = Instant::now();
    let report = queue.drain(Deadline::after(Duration::from_secs(3))).await;
    assert_eq!((report.undelivered, started.elapsed()), (1, Duration::from_secs(3)));
}

#[test]
fn rows_outlive_the_runtime_they_were_left_on() {
    let rows = Rows { takes: Duration::from_millis(20), ..Rows::new() };
    let queue = AuditQueue::new(rows.clone(), limits(8));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime().block_on(call(&queue));
    assert_eq!(rows.kept().len(), 0, "the first runtime is gone before it delivered anything");
    let report = runtime().block_on(queue.drain(Deadline::after(Duration::from_secs(10))));
    assert_eq!((report.delivered, report.undelivered), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_doubled_under_load() {
    let rows = Rows::new();
    let queue = AuditQueue::new(rows.clone(), AuditLimits::default());
    let callers: Vec<_> = (0..32)
        .map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move {
                for _ in 0..50 {
                    call(&queue).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let report = queue.drain(Deadline::after(Duration::from_secs(30))).await;
    assert_eq!((report.delivered, report.lost, report.undelivered), (1600, 0, 0));
    assert_eq!(rows.kept().len(), 1600);
}

#[tokio::test(start_paused = true)]
async fn strict_calls_wait_for_a_place_before_anything_is_sent_and_lose_no_row() {
    let rows = Rows::new();
    *rows.delivery.lock().unwrap() = Delivery::Later;
    let mut strict = limits(2);
    strict.audit = Audit::Strict;
    let queue = AuditQueue::new(rows.clone(), strict);
    call(&queue).await;
    call(&queue).await;
    let third = {
        let queue = queue.clone();
        tokio::spawn(async move { call(&queue).await })
    };
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!third.is_finished(), "no room, so it waits");
    *rows.delivery.lock().unwrap() = Delivery::Done;
    third.await.unwrap();
    let report = queue.drain(Deadline::after(Duration::from_secs(60))).await;
    assert_eq!((report.delivered, report.lost, report.undelivered), (3, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_strict_call_without_a_place_ends_at_its_deadline_unsent() {
    let rows = Rows { takes: Duration::from_secs(3600), ..Rows::new() };
    let mut strict = limits(1);
    strict.audit = Audit::Strict;
    let queue = AuditQueue::new(rows, strict);
    call(&queue).await;
    let mut options = ProviderOptions::new(clock());
    options.audit = Some(queue.clone());
    let (bottom, arrived) = statuses(&[200]);
    let plane = ProviderPlane::new(options, bottom);
    let error = plane.call(read(), in_hand(), provider_request()).await.unwrap_err();
    assert!(matches!(error.kind(), alter_transport::ErrorKind::Timeout(_)));
    assert!(arrived.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_room_that_is_cut_short_is_counted() {
    let rows = Rows { takes: Duration::from_secs(3600), ..Rows::new() };
    let queue = AuditQueue::new(rows, limits(1));
    call(&queue).await;
    let cut = tokio::time::timeout(Duration::from_millis(10), call(&queue)).await;
    assert!(cut.is_err());
    assert_eq!(queue.report().lost, 1);
}
