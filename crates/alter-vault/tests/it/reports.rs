//! Reports of calls an SDK made itself.

use std::collections::BTreeMap;

use alter_types::{ApiCallAuditLog, GrantId};
use alter_vault::{AuditEvent, AuditOutcome};

use crate::bench::Bench;

fn report(grant: GrantId) -> ApiCallAuditLog {
    let mut report = ApiCallAuditLog::new(grant, "GET", "https://api.example.com/v1/me?token=x");
    report.provider_id = "weather-api".to_owned();
    report.response_status = 200;
    report.latency_ms = 31;
    report.reason = Some("nightly".to_owned());
    report.response_headers = Some(BTreeMap::from([("content-type".to_owned(), "text/plain".to_owned())]));
    report.response_body = Some("sunny".into());
    report
}

#[tokio::test]
async fn a_report_is_stored_with_its_body() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.report_call(bench.call(&tenant.key), report(tenant.grant.id)).await.unwrap();
    let row = bench.last_row().await;
    assert_eq!((row.event, row.outcome), (AuditEvent::ApiCall, AuditOutcome::Allowed));
    assert_eq!((row.grant_id, row.status, row.latency_ms), (Some(tenant.grant.id), Some(200), Some(31)));
    assert_eq!(row.url.as_deref(), Some("https://api.example.com/v1/me"));
    assert_eq!(row.reason.as_deref(), Some("nightly"));
    let stored = row.report.unwrap();
    assert_eq!(stored["response_body"], "sunny");
    assert_eq!(stored["url"], "https://api.example.com/v1/me");
}

#[tokio::test]
async fn a_call_that_got_no_answer_is_a_failure() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut report = report(tenant.grant.id);
    report.response_status = 0;
    bench.vault.report_call(bench.call(&tenant.key), report).await.unwrap();
    let row = bench.last_row().await;
    assert_eq!((row.outcome, row.status), (AuditOutcome::Failed, None));
}

#[tokio::test]
async fn revoking_a_grant_does_not_blind_the_trail() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, None).await.unwrap();
    bench.vault.report_call(bench.call(&tenant.key), report(tenant.grant.id)).await.unwrap();
    assert_eq!(bench.last_row().await.event, AuditEvent::ApiCall);
}

#[tokio::test]
async fn a_report_on_another_applications_grant_is_refused() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    for grant in [theirs.grant.id, GrantId::from_bytes([9; 16])] {
        let refusal = bench.vault.report_call(bench.call(&ours.key), report(grant)).await.unwrap_err();
        assert_eq!((refusal.status(), refusal.code().as_str()), (404, "grant_not_found"));
        let row = bench.last_row().await;
        assert_eq!((row.outcome, row.report), (AuditOutcome::Denied, None));
    }
}

#[tokio::test]
async fn a_report_larger_than_its_column_is_shortened_and_kept() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut report = report(tenant.grant.id);
    report.response_body = Some("x".repeat(100_000).into());
    bench.vault.report_call(bench.call(&tenant.key), report).await.unwrap();
    let stored = bench.last_row().await.report.unwrap();
    assert!(stored["response_body"].as_str().unwrap().starts_with("<left out"));
    assert_eq!(bench.vault.verify_chain().await.unwrap().broken, None);
}
