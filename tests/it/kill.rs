//! SIGKILL in the middle of a load of calls: every call that was answered has its rows, and the file is whole.

use std::{
    collections::HashSet,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use alter_auth::{ApiKey, SystemRandom};
use alter_client::{App, Outcome, Retry, transport::Destinations};
use alter_server::vault::{
    AuditFilter, AuditRow, MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault, VaultOptions,
};
use alter_testkit::{Canary, EchoProvider};
use alter_types::GrantId;

use crate::process::AlterProcess;

const KILLS: u64 = 20;
const CALLERS: usize = 8;

/// Reasons of the calls that were answered: each must be found in the trail.
#[derive(Default)]
struct Answered {
    next: AtomicU64,
    retrieved: Mutex<Vec<String>>,
    proxied: Mutex<Vec<String>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_no_row_of_an_answered_call() {
    let folder = tempfile::tempdir().unwrap();
    let provider = EchoProvider::start().await;
    let canary = Canary::new(20);
    let (key, grant, master) = furnish(folder.path(), &provider, &canary).await;
    let answered = Arc::new(Answered::default());

    for round in 0..KILLS {
        let process = AlterProcess::serve(folder.path()).await;
        let base_url = process.announced("base_url");
        let load: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let app = App::builder(key.clone())
                    .base_url(&base_url)
                    .destinations(Destinations::public_only().allow_loopback())
                    .retry(Retry::never())
                    .build()
                    .unwrap();
                tokio::spawn(call_until_it_dies(
                    app,
                    grant,
                    provider.url("/"),
                    caller % 2 == 0,
                    Arc::clone(&answered),
                ))
            })
            .collect();
        // Different moments of the load: just started, warm, busy.
        tokio::time::sleep(Duration::from_millis(40 + 17 * (round % 10))).await;
        process.kill().await;
        for caller in load {
            caller.await.unwrap();
        }
    }

    let vault = Vault::open(VaultOptions::new(folder.path().join("vault.db")), &master).unwrap();
    let rows = whole_trail(&vault).await;
    let reasons = |event: &str| -> HashSet<&str> {
        rows.iter()
            .filter(|row| row.event.as_str() == event)
            .filter_map(|row| row.reason.as_deref())
            .collect()
    };
    let completed: HashSet<i64> = rows.iter().filter_map(|row| row.completes).collect();
    let finished: HashSet<&str> = rows
        .iter()
        .filter(|row| row.event.as_str() == "proxy.execute" && completed.contains(&row.seq))
        .filter_map(|row| row.reason.as_deref())
        .collect();

    let retrieved = std::mem::take(&mut *answered.retrieved.lock().unwrap());
    let proxied = std::mem::take(&mut *answered.proxied.lock().unwrap());
    assert!(retrieved.len() as u64 > KILLS && proxied.len() as u64 > KILLS, "the load was not a load");
    let released = reasons("token.retrieve");
    let lost: Vec<_> = retrieved.iter().filter(|reason| !released.contains(reason.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} retrievals left no row: {lost:?}", lost.len(), retrieved.len());
    let lost: Vec<_> = proxied.iter().filter(|reason| !finished.contains(reason.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} proxy calls left no result: {lost:?}", lost.len(), proxied.len());

    let report = vault.verify_chain().await.unwrap();
    assert!(report.broken.is_none(), "{report:?}");
    canary.assert_absent_in_files(folder.path());
    vault.close().await;
}

async fn furnish(dir: &Path, provider: &EchoProvider, canary: &Canary) -> (ApiKey, GrantId, MasterKey) {
    let master = MasterKey::create(&dir.join("master.key"), &SystemRandom::new()).unwrap();
    let vault = Vault::open(VaultOptions::new(dir.join("vault.db")), &master).unwrap();
    let app = vault.create_app("kill").await.unwrap();
    let (_, key) = vault.create_key(app.id, NewKey::runtime("kill", Scope::backend())).await.unwrap();
    let hosts = vec![provider.origin().parse().unwrap()];
    let secret = vault.create_secret(app.id, NewSecret::new("Echo", hosts, canary.secret())).await.unwrap();
    let grant = vault.create_grant(app.id, NewGrant::of(SecretRef::Slug(secret.slug))).await.unwrap();
    vault.close().await;
    (key, grant.id, master)
}

async fn call_until_it_dies(app: App, grant: GrantId, url: String, proxy: bool, answered: Arc<Answered>) {
    loop {
        let reason = format!("call-{}", answered.next.fetch_add(1, Ordering::SeqCst));
        let call = app.grant(&grant).get(&url).reason(&reason);
        if proxy {
            match call.proxy().await {
                Ok(Outcome::Done(_)) => answered.proxied.lock().unwrap().push(reason),
                Ok(_) => panic!("no rule asks for approval"),
                Err(_) => break,
            }
        } else {
            match call.send().await {
                Ok(_) => answered.retrieved.lock().unwrap().push(reason),
                Err(_) => break,
            }
        }
    }
    // Reports that cannot be delivered to a dead server are not waited for.
    let _ = app.close().within(Duration::from_millis(1)).await;
}

async fn whole_trail(vault: &Vault) -> Vec<AuditRow> {
    let mut rows: Vec<AuditRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.seq);
        let page = vault.audit(AuditFilter::since(after)).await.unwrap();
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}
