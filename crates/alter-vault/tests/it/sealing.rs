//! What lies in the file: nothing readable, and nothing that opens anywhere but in its own row.

use std::fs;

use alter_types::Secret;
use alter_vault::{AuditOutcome, NewGrant, NewSecret, SecretRef};

use crate::bench::{Bench, CANARY, HOST, wanted};

#[tokio::test]
async fn the_files_hold_neither_secret_nor_key_nor_master_key() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    let shown = format!("{:?} {:?} {:?} {:?}", bench.vault, tenant.secret, tenant.grant, bench.master);
    let master = bench.master.to_text();
    let master_bytes = const_hex::decode(master.expose()).unwrap();
    let mut scanned = 0;
    for file in ["vault.db", "vault.db-wal"] {
        let bytes = fs::read(bench.path().with_file_name(file)).unwrap();
        scanned += bytes.len();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        for hidden in [CANARY.as_bytes(), tenant.key.expose().as_bytes(), master.expose().as_bytes()] {
            assert!(!holds(hidden), "{file}");
        }
        assert!(!holds(&master_bytes), "{file}");
    }
    assert!(scanned > 10_000);
    assert!(!shown.contains(CANARY) && !shown.contains(master.expose()));
    let told = format!("{:?}", bench.trail().await);
    assert!(!told.contains(CANARY) && !told.contains(tenant.key.expose()));
}

#[tokio::test]
async fn a_ciphertext_moved_to_another_row_does_not_open_and_the_trail_says_so() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let new = NewSecret::new("Other", vec![HOST.parse().unwrap()], Secret::from("other"));
    let other = bench.vault.create_secret(tenant.app.id, new).await.unwrap();
    let grant = NewGrant::of(SecretRef::Id(other.id));
    let grant = bench.vault.create_grant(tenant.app.id, grant).await.unwrap();
    bench
        .sql()
        .execute(
            "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE id = ?1) WHERE id = ?2",
            [tenant.secret.credential.as_bytes(), other.credential.as_bytes()],
        )
        .unwrap();

    let refusal = bench.vault.retrieve(bench.call(&tenant.key), wanted(grant.id)).await.unwrap_err();

    assert_eq!((refusal.status(), refusal.code().as_str()), (500, "internal_error"));
    assert!(refusal.internal().unwrap().contains("does not open"));
    let row = bench.last_row().await;
    assert_eq!((row.outcome, row.grant_id), (AuditOutcome::Failed, Some(grant.id)));
    let begun = row.completes.unwrap();
    assert_eq!(bench.trail().await[begun as usize - 1].outcome, AuditOutcome::Allowed);
    bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
}

#[tokio::test]
async fn a_changed_row_identity_does_not_open_either() {
    for change in [
        "UPDATE credentials SET version = version + 1",
        "UPDATE credentials SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB)",
        "UPDATE credentials SET sealed = x''",
        "UPDATE credentials SET sealed = CAST(x'02' || substr(sealed, 2) AS BLOB)",
    ] {
        let bench = Bench::new();
        let tenant = bench.tenant().await;
        bench.sql().execute(change, []).unwrap();
        let refusal =
            bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "internal_error", "{change}");
    }
}

#[tokio::test]
async fn swapped_data_keys_open_nothing() {
    let mut bench = Bench::new();
    let tenants = [bench.tenant().await, bench.tenant().await];
    bench.vault.close().await;
    bench
        .sql()
        .execute_batch(
            "CREATE TEMP TABLE old AS SELECT id, sealed FROM data_keys;
             UPDATE data_keys SET sealed = (SELECT sealed FROM old WHERE old.id <> data_keys.id);",
        )
        .unwrap();
    bench.restart().await;
    for tenant in tenants {
        let refusal =
            bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "internal_error");
    }
}
