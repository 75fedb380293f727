//! CPU per `/sdk/token` in the server: `alter serve` as a process of its own, over loopback, every answer behind a
//! durable audit row; beside it the bare hyper server of [`floor_server`](crate::floor_server).

use std::{path::Path, process::Stdio};

use alter_auth::{Signer, SystemRandom};
use alter_server::vault::{MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault, VaultOptions};
use alter_types::{GrantId, Secret};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{Failure, cpu, load::Load, report};

const CONNECTIONS: u64 = 32;
const WARM_UP: u64 = 3_200;
const REQUESTS: u64 = 32_000;
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
    let mut bare = Command::new(std::env::current_exe()?);
    bare.arg("floor-server");
    let floor = Measured::start(bare).await?;

    let idle = cpu::resident(ours.pid)?;
    for server in [&ours, &floor] {
        load.send(&server.authority, CONNECTIONS, WARM_UP).await?;
    }
    let (mut our_samples, mut floor_samples) = (report::Samples::default(), report::Samples::default());
    for _ in 0..REPEATS {
        for (server, samples) in [(&ours, &mut our_samples), (&floor, &mut floor_samples)] {
            let before = cpu::of(server.pid)?;
            load.send(&server.authority, CONNECTIONS, REQUESTS).await?;
            samples.add(cpu::of(server.pid)? - before, REQUESTS);
        }
    }
    report::figure(
        "server: /sdk/token, durable audit, 32 callers",
        &our_samples,
        &floor_samples,
        "bare hyper + SHA-256 + HMAC + AES-GCM, no storage",
    );
    #[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52")]
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!(
        "server: resident memory idle {:.1} MiB, after the load {:.1} MiB",
        mib(idle),
        mib(cpu::resident(ours.pid)?)
    );
    Ok(())
}

/// A server process. Killed when dropped.
struct Measured {
    _child: Child,
    pid: u32,
    authority: String,
}

impl Measured {
    async fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let pid = child.id().ok_or("the server ended at once")?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let line = BufReader::new(out).lines().next_line().await?.ok_or("the server announced no address")?;
        let url = serde_json::from_str::<Value>(&line)
            .ok()
            .and_then(|announced| announced["base_url"].as_str().map(str::to_owned))
            .unwrap_or(line);
        let authority = url.strip_prefix("http://").ok_or("the server announced no URL")?.to_owned();
        Ok(Self { _child: child, pid, authority })
    }
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
