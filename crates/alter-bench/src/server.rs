//! CPU per `/sdk/token` in the server: `alter serve` as a process of its own, over loopback, every answer behind a
//! durable audit row; beside it the bare hyper server of [`floor_server`](crate::floor_server).

use std::{path::Path, time::Duration};

use alter_auth::{Signer, SystemRandom};
use alter_server::vault::{MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault, VaultOptions};
use alter_types::{GrantId, Secret};
use serde_json::json;
use tokio::{process::Command, time::Instant};

use crate::{Failure, cpu, load::Load, process::Measured, report};

/// Callers at the same time, and the requests one repeat sends in all.
const LOADS: [(u64, u64); 3] = [(1, 4_000), (32, 32_000), (256, 51_200)];
const WARM_UP: u64 = 3_200;
const REPEATS: usize = 5;

/// Takes and prints the figures.
#[tokio::main]
pub(crate) async fn run() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (load, _) = furnish(folder.path()).await?;
    let alter = std::env::current_exe()?.with_file_name("alter");
    let mut serve = Command::new(alter);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--output", "json", "--dir"]).arg(folder.path());
    let ours = Measured::start(serve).await?;
    let floor = Measured::start_own("floor-server").await?;

    let idle = cpu::resident(ours.pid)?;
    for server in [&ours, &floor] {
        load.send(&server.authority, 32, WARM_UP).await?;
    }
    for (callers, requests) in LOADS {
        measure(&load, &ours, &floor, callers, requests).await?;
    }
    #[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52")]
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!(
        "server: resident memory idle {:.1} MiB, after the load {:.1} MiB",
        mib(idle),
        mib(cpu::resident(ours.pid)?)
    );
    Ok(())
}

/// One load on both servers in turns.
async fn measure(
    load: &Load,
    ours: &Measured,
    floor: &Measured,
    callers: u64,
    requests: u64,
) -> Result<(), Failure> {
    let (mut our_samples, mut floor_samples) = (report::Samples::default(), report::Samples::default());
    let (mut elapsed, mut waits) = (Duration::ZERO, Vec::new());
    for _ in 0..REPEATS {
        let (started, before) = (Instant::now(), cpu::of(ours.pid)?);
        waits.append(&mut load.send(&ours.authority, callers, requests).await?);
        our_samples.add(cpu::of(ours.pid)? - before, requests);
        elapsed += started.elapsed();

        let before = cpu::of(floor.pid)?;
        load.send(&floor.authority, callers, requests).await?;
        floor_samples.add(cpu::of(floor.pid)? - before, requests);
    }
    let name = format!("server: /sdk/token, durable audit, {callers} callers");
    let floor_is = "bare hyper + SHA-256 + HMAC + AES-GCM, no storage";
    report::figure(&name, &our_samples, &floor_samples, floor_is);
    report::service("", elapsed, waits);
    Ok(())
}

/// A vault with one grant, and the load that uses it.
async fn furnish(dir: &Path) -> Result<(Load, GrantId), Failure> {
    let master = MasterKey::create(&dir.join("master.key"), &SystemRandom::new())?;
    let vault = Vault::open(VaultOptions::new(dir.join("vault.db")), &master)?;
    let app = vault.create_app("bench").await?;
    let (_, key) = vault.create_key(app.id, NewKey::runtime("bench", Scope::backend())).await?;
    let secret = NewSecret::new("Bench", vec!["api.example.com".parse()?], Secret::from("s".repeat(40)));
    let secret = vault.create_secret(app.id, secret).await?;
    let grant = vault.create_grant(app.id, NewGrant::of(SecretRef::Slug(secret.slug))).await?;
    vault.close().await;
    let request = json!({ "method": "GET", "url": "https://api.example.com/v1/me" });
    let body = json!({ "grant_id": grant.id, "reason": null, "request": request }).to_string();
    Ok((Load { signer: Signer::new(key), path: "/sdk/token", body: body.into() }, grant.id))
}
