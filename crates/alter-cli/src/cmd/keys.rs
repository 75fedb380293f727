//! `alter keys`: API keys for application code.

use alter_client::auth::{Clock as _, KeyKind, SystemClock};
use alter_server::vault::{NewKey, Scope};
use serde::Serialize;
use serde_json::json;

use crate::{
    args::{KeysCommand, OperatorArgs},
    failure::Failure,
    home::{Home, application},
    output,
};

/// What is shown once. The key is in it because its owner has to get it.
#[derive(Serialize)]
struct Shown<'a> {
    key_id: String,
    name: &'a str,
    api_key: &'a str,
    scopes: Vec<String>,
}

pub(crate) async fn run(operator: &OperatorArgs, command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::Create { name, scopes, legacy } => create(operator, name, &scopes, legacy).await,
        KeysCommand::List => list(operator).await,
        KeysCommand::Revoke { key } => revoke(operator, &key).await,
    }
}

async fn list(operator: &OperatorArgs) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let keys = vault.keys(app.id).await.map_err(|e| Failure::caused("the keys could not be read", e))?;
    let now = SystemClock.timestamp();
    output::rows(
        operator.output,
        &["id", "key", "name", "status", "scopes", "created"],
        &keys,
        |key| {
            let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
            vec![
                key.id.to_string(),
                format!("{}…", key.prefix),
                key.name.clone(),
                key.status(now).to_owned(),
                scopes.join(" "),
                key.created_at.to_string(),
            ]
        },
        "No API keys yet. Create one with `alter keys create NAME`.",
    );
    vault.close().await;
    Ok(())
}

async fn revoke(operator: &OperatorArgs, named: &str) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let keys = vault.keys(app.id).await.map_err(|e| Failure::caused("the keys could not be read", e))?;
    let text = named.trim_end_matches('…');
    let mut matching = keys.iter().filter(|key| key.id.to_string() == text || key.prefix == text);
    let key = match (matching.next(), matching.next()) {
        (Some(key), None) => key,
        (None, _) => {
            return Err(Failure::new(format!("this application has no key {text}"))
                .advise("`alter keys list` shows its keys; give the id or the first characters"));
        }
        (Some(_), Some(_)) => {
            return Err(Failure::new(format!("several keys begin with {text}")).advise("give the id"));
        }
    };
    vault.revoke_key(app.id, key.id).await.map_err(|e| Failure::caused("the key was not revoked", e))?;
    let lines =
        [("revoked", format!("{}…", key.prefix)), ("id", key.id.to_string()), ("name", key.name.clone())];
    output::record(operator.output, &json!({ "id": key.id, "name": key.name, "revoked": true }), &lines);
    vault.close().await;
    Ok(())
}

async fn create(
    operator: &OperatorArgs,
    name: String,
    scopes: &[String],
    legacy: bool,
) -> Result<(), Failure> {
    let scopes = parse_scopes(scopes)?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let mut new = NewKey::runtime(name, scopes);
    if legacy {
        new.kind = KeyKind::Legacy;
    }
    let (record, key) =
        vault.create_key(app.id, new).await.map_err(|e| Failure::caused("the key was not created", e))?;
    let shown = Shown {
        key_id: record.id.to_string(),
        name: &record.name,
        api_key: key.expose(),
        scopes: record.scopes.iter().map(ToString::to_string).collect(),
    };
    let lines = [
        ("key", shown.api_key.to_owned()),
        ("id", shown.key_id.clone()),
        ("name", shown.name.to_owned()),
        ("scopes", shown.scopes.join(" ")),
    ];
    output::record(operator.output, &shown, &lines);
    if operator.output == crate::args::Format::Table {
        println!("\nKeep it now: the vault stores only a hash of it and cannot show it again.");
    }
    vault.close().await;
    Ok(())
}

fn parse_scopes(texts: &[String]) -> Result<Vec<Scope>, Failure> {
    if texts.is_empty() {
        return Ok(Scope::backend());
    }
    texts
        .iter()
        .map(|text| {
            text.parse().map_err(|e| Failure::caused(format!("--scopes: {text} was not understood"), e))
        })
        .collect()
}
