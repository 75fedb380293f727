//! Keys that do not grow old: a short one for a job, and a new one in place of the long one, which goes on while others
//! change over. The vault is scripted here, so that the answers can be seen beside the calls.

use std::{error::Error, time::Duration};

use alter_client::{ApiKey, App, KeyId};
use alter_testkit::{Answer, ScriptedVault};
use serde_json::{Value, json};

const OLD: &str = "6e700000-0000-4000-8000-000000000001";
const NEW: &str = "6e700000-0000-4000-8000-000000000002";

/// A key's record with the key itself, as the vault shows it once.
fn minted(id: &str, kind: &str, key: &str) -> Value {
    json!({ "id": id, "name": "billing", "key_prefix": &key[..12], "key_type": kind, "scopes": ["grants:read"],
        "scope_version": 1, "created_at": "2026-11-23T09:00:00Z", "api_key": key })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let vault = ScriptedVault::start().await;
    let app = vault.app();

    // A job gets a key of its own that can only list, for ten minutes. Nobody has to remember to revoke it.
    let short = minted(NEW, "dk", "alter_dk_abcdefghijklmnopqrstuv_hgtn2q");
    vault.on("POST /sdk/keys/derive").answers(Answer::status(201).json(&short));
    let job = app.keys().derive(["grants:read"], Duration::from_secs(600)).name("nightly job").await?;
    println!("the job's key: {} {:?}", job.key_prefix, job.api_key);

    // The application's own key is replaced. The old one works for two more days.
    let long = minted(NEW, "rk", "alter_rk_abcdefghijklmnopqrstuv_iwpykn");
    vault.on("POST /sdk/keys/{id}/rotate").answers(Answer::status(201).json(&long));
    let old: KeyId = OLD.parse()?;
    let new = app.keys().rotate(&old).overlap_days(2).await?;
    println!("replaced by:   {} {:?}", new.key_prefix, new.api_key);

    // The new key is put where keys are kept, and a client is made of it. No text of the program shows it.
    let key: ApiKey = new.api_key.expose().parse()?;
    let renewed = App::builder(key).base_url(vault.base_url()).build()?;
    assert!(!format!("{new:?} {renewed:?}").contains(new.api_key.expose()));

    // Once everybody has changed over, the old key ends.
    let mut ended = minted(OLD, "rk", "alter_rk_abcdefghijklmnopqrstuv_iwpykn");
    ended["revoked_at"] = json!("2026-11-25T09:00:00Z");
    vault.on("DELETE /sdk/keys/{id}").answers(ended);
    let ended = app.keys().revoke(&old).await?;
    println!("the old key is {}", ended.status().as_str());
    vault.saw("POST /sdk/keys/{id}/rotate").json(json!({ "overlap_days": 2 })).once();
    renewed.close().await;
    Ok(())
}
