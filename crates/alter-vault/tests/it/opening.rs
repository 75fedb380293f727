//! Opening a vault: what is refused, with which sentence, and that nothing is changed by it.

use std::fs;

use alter_auth::SystemRandom;
use alter_vault::{MasterKey, MasterKeyError, OpenError, Vault, VaultOptions};

use crate::bench::{Bench, CANARY, wanted};

fn open_at(path: impl Into<std::path::PathBuf>) -> Result<Vault, OpenError> {
    Vault::open(VaultOptions::new(path), &MasterKey::generate(&SystemRandom::new()).unwrap())
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.restart().await;
    let token = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    assert_eq!(token.access_token.expose(), CANARY);
    assert_eq!(bench.vault.apps().await.unwrap(), [tenant.app]);
    assert_eq!(bench.vault.verify_chain().await.unwrap().broken, None);
}

#[tokio::test]
async fn programs_that_found_the_same_vault_at_once_share_it() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate(&SystemRandom::new()).unwrap();
        let options = VaultOptions::new(folder.path().join("vault.db"));
        let vaults: Vec<Vault> = std::thread::scope(|scope| {
            let open = || Vault::open(options.clone(), &master);
            let openers: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            openers.into_iter().map(|opener| opener.join().unwrap().unwrap()).collect()
        });
        for vault in &vaults {
            vault.create_app("Bot").await.unwrap();
        }
        assert_eq!(vaults[0].apps().await.unwrap().len(), vaults.len());
        assert_eq!(vaults[0].verify_chain().await.unwrap().broken, None);
    }
}

#[tokio::test]
async fn a_vault_that_is_dropped_has_kept_what_it_acknowledged() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let rows = bench.trail().await.len();
    let elsewhere = open_at(bench.path().with_extension("elsewhere")).unwrap();
    drop(std::mem::replace(&mut bench.vault, elsewhere));
    bench.vault = bench.open(&bench.master).unwrap();
    assert_eq!(bench.trail().await.len(), rows);
    bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
}

#[tokio::test]
async fn a_closed_vault_refuses_and_closes_again() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.close().await;
    bench.vault.close().await;
    let refusal = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (503, "service_unavailable"));
    assert!(bench.vault.ready().await.is_err());
}

#[tokio::test]
async fn another_master_key_is_recognised() {
    let bench = Bench::new();
    bench.tenant().await;
    let other = MasterKey::generate(&SystemRandom::new()).unwrap();
    let error = bench.open(&other).unwrap_err();
    assert!(matches!(error, OpenError::WrongMasterKey { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains(other.to_text().expose()));
    bench.open(&bench.master).unwrap();
}

#[test]
fn a_file_that_is_no_vault_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "not a database, but longer than a header").unwrap();
    assert!(matches!(open_at(&text), Err(OpenError::NotAVault { .. })));
    assert_eq!(fs::read(&text).unwrap(), b"not a database, but longer than a header");

    let foreign = folder.path().join("other.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
    let before = fs::read(&foreign).unwrap();
    assert!(matches!(open_at(&foreign), Err(OpenError::NotAVault { .. })));
    assert_eq!(fs::read(&foreign).unwrap(), before);

    assert!(matches!(open_at(folder.path()), Err(OpenError::NotAVault { .. })));
}

#[tokio::test]
async fn a_damaged_file_is_recognised() {
    let bench = Bench::new();
    bench.tenant().await;
    bench.vault.close().await;
    bench.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = fs::read(bench.path()).unwrap();
    let middle = bytes.len() / 2;
    bytes[4_096..middle].fill(0x5a);
    fs::write(bench.path(), &bytes).unwrap();
    let error = bench.open(&bench.master).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_another_program_has_locked_is_recognised_and_loses_nothing() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let locker = bench.sql();
    locker.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = bench.open(&bench.master).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");

    // An open vault tells its callers, and serves again when the lock is gone.
    let call = bench.call(&tenant.key);
    let refusal = bench.vault.retrieve(call.clone(), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (503, "service_unavailable"));
    locker.execute_batch("ROLLBACK").unwrap();
    bench.vault.retrieve(call, wanted(tenant.grant.id)).await.expect("the nonce was not taken");
}

#[tokio::test]
async fn a_newer_schema_is_recognised() {
    let bench = Bench::new();
    bench.vault.close().await;
    bench.sql().pragma_update(None, "user_version", 99).unwrap();
    let error = bench.open(&bench.master).unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }), "{error:?}");
}

#[test]
fn a_missing_folder_and_one_that_cannot_be_written_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").join("vault.db");
    assert!(matches!(open_at(missing), Err(OpenError::MissingDirectory { .. })));
    // A folder nobody can write to, not even the superuser tests may run as.
    if cfg!(target_os = "linux") {
        let error = open_at("/proc/vault.db").unwrap_err();
        assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
    }
}

#[cfg(unix)]
#[test]
fn new_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let _vault = open_at(folder.path().join("vault.db")).unwrap();
    MasterKey::create(&folder.path().join("master.key"), &SystemRandom::new()).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let metadata = entry.unwrap().metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        seen += 1;
    }
    assert!(seen >= 3, "database, write-ahead log and key");
}

#[test]
fn a_master_key_is_read_from_hex_and_base64_and_nothing_else() {
    let random = SystemRandom::new();
    let key = MasterKey::generate(&random).unwrap();
    let text = key.to_text();
    for spelling in [text.expose().to_owned(), format!(" {}\n", text.expose().to_uppercase())] {
        assert_eq!(MasterKey::from_text(&spelling).unwrap().to_text().expose(), text.expose());
    }
    let same = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";
    let hex = MasterKey::from_text(same).unwrap().to_text().expose().to_owned();
    assert_eq!(hex, "deadbeef000102030405060708090a0b0c0d0e0f101112131415161718191a1b");
    for spelling in [same.trim_end_matches('='), &same.replace('+', "-")] {
        assert_eq!(MasterKey::from_text(spelling).unwrap().to_text().expose(), hex);
    }
    for wrong in ["", "abc", &"0".repeat(63), &"g".repeat(64), "AAAA", &"A".repeat(50)] {
        let error = MasterKey::from_text(wrong).unwrap_err();
        assert!(matches!(error, MasterKeyError::Malformed), "{wrong}");
    }
}

#[test]
fn a_master_key_file_is_made_once_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Missing { .. })));
    let key = MasterKey::create(&path, &SystemRandom::new()).unwrap();
    assert_eq!(MasterKey::load(&path).unwrap().to_text().expose(), key.to_text().expose());
    let again = MasterKey::create(&path, &SystemRandom::new());
    assert!(matches!(again, Err(MasterKeyError::Exists { .. })));
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Malformed)));
}

#[tokio::test]
async fn a_closed_vault_is_one_file() {
    let bench = Bench::new();
    bench.tenant().await;
    bench.vault.close().await;
    let log = bench.path().with_extension("db-wal");
    assert_eq!(fs::metadata(log).map_or(0, |log| log.len()), 0);
}
