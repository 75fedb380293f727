//! `alter keys`: API keys for application code.

use alter_client::auth::KeyKind;
use alter_server::vault::{NewKey, Scope};
use serde::Serialize;

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
    let KeysCommand::Create { name, scopes, legacy } = command;
    let scopes = parse_scopes(&scopes)?;
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
