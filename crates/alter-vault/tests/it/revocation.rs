//! Once a revocation is acknowledged, no use succeeds.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alter_types::{GrantId, RevokeGrantRequest, Secret};
use alter_vault::{AuditEvent, AuditOutcome, Scope};

use crate::bench::{Bench, wanted};

#[tokio::test]
async fn a_key_with_the_scope_revokes_a_grant_of_its_application() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut request = RevokeGrantRequest::default();
    request.reason = Some("offboarding".to_owned());
    let call = bench.call(&tenant.key);
    let first = bench.vault.revoke(call, tenant.grant.id, request.clone()).await.unwrap();
    assert!(first.success);
    assert_eq!(first.grant_id, tenant.grant.id.to_string());
    assert_eq!(first.revoked_at, "2026-07-01T00:00:00Z");
    let row = bench.last_row().await;
    assert_eq!((row.event, row.outcome), (AuditEvent::GrantRevoke, AuditOutcome::Allowed));
    assert_eq!(row.reason.as_deref(), Some("offboarding"));

    let refusal = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (403, "grant_revoked"));

    // Again is harmless: the first time stands.
    bench.clock.advance(std::time::Duration::from_secs(5));
    let again = bench.vault.revoke(bench.call(&tenant.key), tenant.grant.id, request).await.unwrap();
    assert_eq!(again, first);
}

#[tokio::test]
async fn revoking_needs_the_scope_the_grant_and_no_user() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    let (_, reader) = bench.key(ours.app.id, vec![Scope::GRANTS_READ.parse().unwrap()]).await;
    let mut for_a_user = RevokeGrantRequest::default();
    for_a_user.user_token = Some(Secret::from("eyJ.e30.sig"));
    for (key, grant, request, code) in [
        (&reader, ours.grant.id, RevokeGrantRequest::default(), "insufficient_scope"),
        (&ours.key, theirs.grant.id, RevokeGrantRequest::default(), "grant_not_found"),
        (&ours.key, GrantId::from_bytes([9; 16]), RevokeGrantRequest::default(), "grant_not_found"),
        (&ours.key, ours.grant.id, for_a_user, "grant_not_found"),
    ] {
        let refusal = bench.vault.revoke(bench.call(key), grant, request).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), code);
        assert_eq!(bench.last_row().await.outcome, AuditOutcome::Denied);
    }
    for tenant in [&ours, &theirs] {
        let call = bench.call(&tenant.key);
        bench.vault.retrieve(call, wanted(tenant.grant.id)).await.unwrap();
    }
    let refusal = bench.vault.revoke_grant(ours.app.id, theirs.grant.id, None).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "grant_not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_use_that_starts_after_the_acknowledgement_succeeds() {
    const CALLERS: usize = 64;
    let bench = Arc::new(Bench::new());
    let tenant = Arc::new(bench.tenant().await);
    let acknowledged = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (bench, tenant) = (Arc::clone(&bench), Arc::clone(&tenant));
            let acknowledged = Arc::clone(&acknowledged);
            tokio::spawn(async move {
                let (mut served, mut refused) = (0, 0);
                while refused < 3 {
                    let after = acknowledged.load(Ordering::SeqCst);
                    let call = bench.call(&tenant.key);
                    match bench.vault.retrieve(call, wanted(tenant.grant.id)).await {
                        Ok(_) => {
                            assert!(!after, "a use succeeded after the revocation was acknowledged");
                            served += 1;
                        }
                        Err(refusal) => {
                            assert_eq!(refusal.code().as_str(), "grant_revoked");
                            refused += 1;
                        }
                    }
                }
                served
            })
        })
        .collect();
    while bench.trail().await.len() < 200 {
        tokio::task::yield_now().await;
    }
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, None).await.unwrap();
    acknowledged.store(true, Ordering::SeqCst);
    let mut served = 0;
    for caller in callers {
        served += caller.await.unwrap();
    }
    assert!(served > 0, "nothing was served before the revocation, so nothing was shown");
    assert_eq!(bench.vault.verify_chain().await.unwrap().broken, None);
}

#[tokio::test]
async fn a_revocation_binds_a_second_process_on_the_same_file() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let second = bench.open(&bench.master).unwrap();
    second.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, None).await.unwrap();
    let refusal = second.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "grant_revoked");
    let report = second.verify_chain().await.unwrap();
    assert_eq!(report.broken, None, "two writers share one chain");
}
