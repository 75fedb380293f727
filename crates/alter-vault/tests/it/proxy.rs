//! Proxy mode: permission before the call, its outcome after it, both on record.

use alter_types::AddressedGrant;
use alter_vault::{AuditEvent, AuditOutcome, ProxyOutcome, ProxyUse, Scope, VaultError};

use crate::bench::{Bench, CANARY};

#[tokio::test]
async fn a_call_is_permitted_recorded_and_completed() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for (outcome, expected, code) in [
        (ProxyOutcome::answered(404, 12), AuditOutcome::Allowed, None),
        (ProxyOutcome::failed("provider_timeout", 30_000), AuditOutcome::Failed, Some("provider_timeout")),
    ] {
        let grant = AddressedGrant::Grant(tenant.grant.id);
        let wanted = ProxyUse::new(grant, "POST", "https://api.example.com/v1/alerts?x=1");
        let ticket = bench.begin(bench.call(&tenant.key), wanted).await.unwrap();
        assert_eq!(ticket.credential.access_token.expose(), CANARY);
        assert!(!format!("{ticket:?}").contains(CANARY));
        let begun = bench.last_row().await;
        assert_eq!((begun.event, begun.outcome), (AuditEvent::ProxyExecute, AuditOutcome::Allowed));
        assert_eq!(begun.seq, ticket.id.audit_seq());

        bench.vault.finish_proxy(ticket.id, outcome.clone()).await.unwrap();

        let row = bench.last_row().await;
        assert_eq!((row.event, row.outcome), (AuditEvent::ProxyResult, expected));
        assert_eq!((row.status, row.latency_ms), (outcome.status, Some(outcome.duration_ms)));
        assert_eq!(row.code.as_deref(), code);
        assert_eq!(row.completes, Some(begun.seq));
        assert_eq!(row.url.as_deref(), Some("https://api.example.com/v1/alerts"));
        assert_eq!(
            (row.app, row.key_id, row.grant_id, row.provider, row.method, row.request_id),
            (begun.app, begun.key_id, begun.grant_id, begun.provider, begun.method, begun.request_id)
        );
    }
}

#[tokio::test]
async fn a_key_that_may_only_retrieve_may_not_proxy() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let (_, key) = bench.key(tenant.app.id, vec![Scope::TOKENS_RETRIEVE.parse().unwrap()]).await;
    let wanted = ProxyUse::new(AddressedGrant::Grant(tenant.grant.id), "GET", "https://api.example.com/");
    let refusal = bench.begin(bench.call(&key), wanted).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "insufficient_scope");
    assert_eq!(refusal.body().fields["required"], serde_json::json!(["proxy:execute"]));
    assert_eq!(bench.last_row().await.event, AuditEvent::ProxyExecute);
}

#[tokio::test]
async fn only_a_call_that_was_permitted_can_be_completed() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let elsewhere = ProxyUse::new(AddressedGrant::Grant(tenant.grant.id), "GET", "https://evil.example/");
    bench.begin(bench.call(&tenant.key), elsewhere).await.unwrap_err();
    let permitted = ProxyUse::new(AddressedGrant::Grant(tenant.grant.id), "GET", "https://api.example.com/");
    let ticket = bench.begin(bench.call(&tenant.key), permitted).await.unwrap();
    // The same number in a vault where that row is something else.
    let other = Bench::new();
    other.tenant().await;
    let error = other.vault.finish_proxy(ticket.id, ProxyOutcome::answered(200, 1)).await.unwrap_err();
    assert!(matches!(error, VaultError::NotFound { .. }), "{error}");
}
