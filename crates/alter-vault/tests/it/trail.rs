//! The audit trail: complete, in order, and telling when it was tampered with.

use alter_vault::{AuditEvent, AuditFilter, AuditOrder};
use tokio::task::JoinSet;

use crate::bench::{Bench, wanted};

#[tokio::test]
async fn every_step_leaves_a_row_in_order() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, Some("done".to_owned())).await.unwrap();
    bench.vault.revoke_key(tenant.app.id, tenant.key_id).await.unwrap();
    let trail = bench.trail().await;
    let events: Vec<_> = trail.iter().map(|row| row.event).collect();
    assert_eq!(
        events,
        [
            AuditEvent::AppCreate,
            AuditEvent::KeyCreate,
            AuditEvent::SecretCreate,
            AuditEvent::GrantCreate,
            AuditEvent::TokenRetrieve,
            AuditEvent::GrantRevoke,
            AuditEvent::KeyRevoke,
        ]
    );
    assert!(trail.iter().zip(1..).all(|(row, seq)| row.seq == seq && row.app == Some(tenant.app.id)));
    assert!(trail.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash));
    let report = bench.vault.verify_chain().await.unwrap();
    assert_eq!((report.verified_rows, report.head, report.broken), (7, trail[6].hash, None));
}

#[tokio::test]
async fn a_changed_removed_or_inserted_row_is_found() {
    for (tampering, found) in [
        ("UPDATE audit SET url = 'https://api.example.com/other' WHERE seq = 5", 5),
        ("UPDATE audit SET outcome = 'denied' WHERE seq = 3", 3),
        ("UPDATE audit SET code = '' WHERE seq = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE audit SET url = CAST(x'ff' AS TEXT) WHERE seq = 5", 5),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 4", 4),
        ("UPDATE audit SET prev_hash = zeroblob(32) WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq = 2", 3),
        ("DELETE FROM audit WHERE seq = 1", 2),
        ("UPDATE audit SET seq = -seq WHERE seq = 2", -2),
    ] {
        let bench = Bench::new();
        let tenant = bench.tenant().await;
        for _ in 0..3 {
            bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
        }
        assert_eq!(bench.vault.verify_chain().await.unwrap().broken, None);
        bench.sql().execute(tampering, []).unwrap();
        let broken = bench.vault.verify_chain().await.unwrap().broken.expect(tampering);
        assert_eq!(broken.seq, found, "{tampering}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_chain_is_verified_to_its_end() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut callers = JoinSet::new();
    for _ in 0..1_200 {
        let (vault, call) = (bench.vault.clone(), bench.call(&tenant.key));
        let request = wanted(tenant.grant.id);
        callers.spawn(async move { vault.retrieve(call, request).await.map(drop) });
    }
    assert!(callers.join_all().await.iter().all(Result::is_ok));
    assert_eq!(bench.vault.verify_chain().await.unwrap().verified_rows, 1_204);
    bench.sql().execute("UPDATE audit SET reason = 'x' WHERE seq = 1203", []).unwrap();
    let report = bench.vault.verify_chain().await.unwrap();
    assert_eq!((report.verified_rows, report.broken.unwrap().seq), (1_202, 1_203));
}

#[tokio::test]
async fn filters_and_cursors_narrow_the_rows() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    for tenant in [&ours, &theirs, &ours] {
        bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    }
    let rows = async |change: &dyn Fn(&mut AuditFilter)| -> Vec<i64> {
        let mut filter = AuditFilter::default();
        change(&mut filter);
        bench.vault.audit(filter).await.unwrap().iter().map(|row| row.seq).collect()
    };
    assert_eq!(rows(&|f| f.app = Some(ours.app.id)).await, [1, 2, 3, 4, 9, 11]);
    assert_eq!(rows(&|f| f.grant = Some(ours.grant.id)).await, [4, 9, 11]);
    assert_eq!(rows(&|f| f.after = Some(9)).await, [10, 11]);
    let newest_two = |f: &mut AuditFilter| {
        f.order = AuditOrder::NewestFirst;
        f.limit = 2;
    };
    assert_eq!(rows(&newest_two).await, [11, 10]);
    let next_two_of_ours = |f: &mut AuditFilter| {
        newest_two(f);
        f.app = Some(ours.app.id);
        f.after = Some(10);
    };
    assert_eq!(rows(&next_two_of_ours).await, [9, 4]);
    let mut too_many = AuditFilter::default();
    too_many.limit = 1_001;
    assert!(bench.vault.audit(too_many).await.is_err());
}
