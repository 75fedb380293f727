//! `alter demo`: the main job on real parts, told as a story. Everything lives in a temporary folder.

use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
};

use alter_client::{
    App, Outcome,
    auth::{ApiKey, SystemRandom},
    transport::Destinations,
    types::{GrantId, Secret},
};
use alter_server::{
    ServerConfig,
    vault::{AuditFilter, Decision, MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault},
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::{
    cmd::{audit, secrets::parse_hosts, serve::bind},
    failure::Failure,
    home::Home,
    output,
    practice_provider::PracticeProvider,
};

/// The credential of the story. Made up; anything that shows it outside the vault and the provider is a failure.
const CREDENTIAL: &str = "sk-practice-7f3c9b51e8d24a60";

pub(crate) async fn run() -> Result<(), Failure> {
    let mut story = Story::default();
    println!("\nAlter Vault in nine steps. All parts are real and run on this machine.\n");

    let folder = tempfile::tempdir().map_err(|e| Failure::caused("no temporary folder could be made", e))?;
    let stage = story.step("Start a vault and a provider", set_up(folder.path())).await?;
    story.say(&format!("vault     {}  (SQLite file, secrets sealed under a master key)", stage.base_url));
    story.say(&format!("provider  {}  (answers only to its credential)", stage.provider));

    let (grants, key) =
        story.step("Store the provider's credential; make a key and a grant", furnish(&stage)).await?;
    story.say("the credential is sealed in the vault; your code gets two things instead:");
    story.say(&format!("API key   {}", key.expose()));
    let grant = grants.free;
    story.say(&format!("grant     {grant}"));

    let app = client(&stage, key)?;
    let orders = format!("{}/orders", stage.provider);
    let reply = story
        .step("Call the provider in retrieve mode: the SDK makes the call", retrieve(&app, grant, &orders))
        .await?;
    story.say("app.grant(&grant).post(\"…/orders\").json(&order).send()");
    story.say(&reply);

    let reply =
        story.step("Call it in proxy mode: the vault makes the call", proxy(&app, grant, &orders)).await?;
    story.say("app.grant(&grant).post(\"…/orders\").json(&order).proxy()");
    story.say(&reply);

    let reply = story
        .step("Have a call wait until a person has agreed", approval(&stage, &app, grants.approved, &orders))
        .await?;
    story.say("app.grant(&grant).post(\"…/orders\").proxy(): the vault keeps it, byte for byte");
    story.say("alter approvals approve ID");
    story.say(&reply);

    let refusal =
        story.step("Ask for a host the credential is not meant for", foreign_host(&app, grant)).await?;
    story.say(&refusal);

    story.step("Revoke the grant", revoke(&app, grant)).await?;
    let refusal = story.step("Try again", after_revocation(&app, grant, &orders)).await?;
    story.say(&refusal);

    let rows = story.step("Read the audit trail", trail(&stage, app)).await?;
    println!("{}", indent(&output::table(audit::COLUMNS, rows.iter().map(audit::cells)).trim_fmt()));

    stage.stop().await;
    println!("\nThat is all of it. `alter dev` starts a vault for your own code.");
    Ok(())
}

/// Numbers the steps and names the one that fails.
#[derive(Default)]
struct Story {
    steps: u8,
}

impl Story {
    async fn step<T>(
        &mut self,
        title: &str,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.steps += 1;
        println!("\n{}. {title}", self.steps);
        let _ = std::io::stdout().flush();
        work.await.map_err(|cause| cause.during(&format!("step {} ({title})", self.steps)))
    }

    #[expect(clippy::unused_self, reason = "reads as a story where it is called")]
    fn say(&self, line: &str) {
        println!("   {line}");
    }
}

/// The running parts.
struct Stage {
    vault: Vault,
    base_url: String,
    provider: String,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<()>,
}

impl Stage {
    async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.server.await;
        self.vault.close().await;
    }
}

async fn set_up(folder: &std::path::Path) -> Result<Stage, Failure> {
    let home = Home::at(folder);
    let master = MasterKey::create(home.master_key_file(), &SystemRandom::new())
        .map_err(|e| Failure::caused("the master key could not be made", e))?;
    let vault = home.open_or_create(&master)?;

    let provider =
        PracticeProvider::bind(0).await.map_err(|e| Failure::caused("the provider could not listen", e))?;
    let origin = provider.origin();
    provider.spawn(Some(CREDENTIAL.into()));

    let mut config = ServerConfig::default();
    config.egress.destinations = config.egress.destinations.allow_loopback();
    let server = bind(&vault, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), config).await?;
    let base_url = format!("http://{}", server.address());
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(server.run(async move {
        let _ = stopped.await;
    }));
    Ok(Stage { vault, base_url, provider: origin, stop, server })
}

/// Two grants on the same secret.
struct Grants {
    /// Used as it comes.
    free: GrantId,
    /// Every use of it waits for a person.
    approved: GrantId,
}

async fn furnish(stage: &Stage) -> Result<(Grants, ApiKey), Failure> {
    let failed = |e: alter_server::vault::VaultError| Failure::caused("the vault refused", e);
    let app = stage.vault.create_app("demo").await.map_err(failed)?;
    let hosts = parse_hosts(std::slice::from_ref(&stage.provider))?;
    let new_secret = NewSecret::new("Practice", hosts, Secret::from(CREDENTIAL));
    let secret = stage.vault.create_secret(app.id, new_secret).await.map_err(failed)?;
    let (_, key) =
        stage.vault.create_key(app.id, NewKey::runtime("demo", Scope::backend())).await.map_err(failed)?;
    let free = NewGrant::of(SecretRef::Id(secret.id));
    let approved = free.clone().approved_by(["owner".parse().expect("a plain name")]);
    let free = stage.vault.create_grant(app.id, free).await.map_err(failed)?.id;
    let approved = stage.vault.create_grant(app.id, approved).await.map_err(failed)?.id;
    Ok((Grants { free, approved }, key))
}

fn client(stage: &Stage, key: ApiKey) -> Result<App, Failure> {
    App::builder(key)
        .base_url(&stage.base_url)
        .destinations(Destinations::public_only().allow_loopback())
        .build()
        .map_err(|e| Failure::caused("the SDK refused its configuration", e))
}

async fn retrieve(app: &App, grant: GrantId, url: &str) -> Result<String, Failure> {
    let reply = app
        .grant(&grant)
        .post(url)
        .json(&json!({ "item": "coffee", "count": 2 }))
        .reason("demo order")
        .send()
        .await
        .map_err(|e| Failure::caused("the call failed", e))?;
    accepted(reply.status().as_u16(), reply.bytes(), &format!("{reply:?}"))
}

async fn proxy(app: &App, grant: GrantId, url: &str) -> Result<String, Failure> {
    let outcome = app
        .grant(&grant)
        .post(url)
        .json(&json!({ "item": "tea", "count": 1 }))
        .reason("demo order")
        .proxy()
        .await
        .map_err(|e| Failure::caused("the call failed", e))?;
    let Outcome::Done(reply) = outcome else {
        return Err(Failure::new("the vault held the call, although no rule asks for that"));
    };
    accepted(reply.status().as_u16(), reply.bytes(), &format!("{reply:?}"))
}

async fn approval(stage: &Stage, app: &App, grant: GrantId, url: &str) -> Result<String, Failure> {
    let failed = |e| Failure::caused("the call failed", e);
    let call =
        app.grant(&grant).post(url).json(&json!({ "item": "a teapot", "count": 1 })).reason("demo order");
    let Outcome::Waiting(pending) = call.proxy().await.map_err(failed)? else {
        return Err(Failure::new("the vault made the call without asking anybody"));
    };
    let undecided = |e| Failure::caused("the approval was not given", e);
    let of = stage.vault.apps().await.map_err(undecided)?.swap_remove(0).id;
    let id = pending.approval_id.uuid();
    stage.vault.decide(of, id, None, Decision::Approve, None).await.map_err(undecided)?;
    let reply = app.approvals().wait(&pending.approval_id).await.map_err(failed)?;
    accepted(reply.status().as_u16(), reply.bytes(), &format!("{reply:?}"))
}

/// The provider must have received the credential, and nothing the calling code holds may show it.
fn accepted(status: u16, body: &[u8], everything_printable: &str) -> Result<String, Failure> {
    let answer: Value =
        serde_json::from_slice(body).map_err(|e| Failure::caused("the provider's answer is not JSON", e))?;
    if status != 200 || answer["credential_accepted"] != true {
        return Err(Failure::new(format!("the provider did not accept the credential (status {status})")));
    }
    let seen =
        String::from_utf8_lossy(body).contains(CREDENTIAL) || everything_printable.contains(CREDENTIAL);
    if seen {
        return Err(Failure::new("the calling code could see the credential"));
    }
    Ok(format!(
        "{status}: the provider got its credential, ordered {}; the calling code never saw it",
        answer["body"]["item"]
    ))
}

async fn foreign_host(app: &App, grant: GrantId) -> Result<String, Failure> {
    refused(app.grant(&grant).get("https://api.example.com/").send().await.map(drop), "host_not_allowed")
}

async fn revoke(app: &App, grant: GrantId) -> Result<(), Failure> {
    let revoked = app.grants().revoke(&grant).reason("end of the demo").await;
    revoked.map(drop).map_err(|e| Failure::caused("the grant was not revoked", e))
}

async fn after_revocation(app: &App, grant: GrantId, url: &str) -> Result<String, Failure> {
    refused(app.grant(&grant).get(url).send().await.map(drop), "grant_revoked")
}

/// The refusal must come, and for the right reason.
fn refused(outcome: Result<(), alter_client::Error>, code: &str) -> Result<String, Failure> {
    match outcome {
        Ok(()) => Err(Failure::new(format!("the call succeeded, although it had to be refused with {code}"))),
        Err(error) if error.code() == Some(code) => Ok(format!("refused, {code}: {error}")),
        Err(error) => Err(Failure::caused(format!("the call was not refused with {code}"), error)),
    }
}

async fn trail(stage: &Stage, app: App) -> Result<Vec<alter_server::vault::AuditRow>, Failure> {
    // Closing delivers the SDK's own report of the retrieve-mode call.
    let closed = app.close().await;
    if closed.lost > 0 {
        return Err(Failure::new(format!("{} audit reports were lost", closed.lost)));
    }
    stage
        .vault
        .audit(AuditFilter::since(0))
        .await
        .map_err(|e| Failure::caused("the trail could not be read", e))
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
