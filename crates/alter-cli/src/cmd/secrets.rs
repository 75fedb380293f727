//! `alter secrets`: store the credentials of other companies' APIs.

use std::io::{IsTerminal as _, Read as _};

use alter_client::types::Secret;
use alter_server::vault::{HostRule, Injection, NewSecret};

use crate::{
    args::{OperatorArgs, SecretsCommand},
    failure::Failure,
    home::{Home, application},
    output,
};

/// Longest credential that is read, in bytes; the vault's own limit is below it.
const LONGEST: u64 = 64 * 1024;

pub(crate) async fn run(operator: &OperatorArgs, command: SecretsCommand) -> Result<(), Failure> {
    let SecretsCommand::Create { name, hosts, header, format, slug } = command;
    let injection = Injection::new(&header, &format)
        .map_err(|e| Failure::caused("the credential cannot be sent that way", e))?;
    let hosts = parse_hosts(&hosts)?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let mut new = NewSecret::new(name, hosts, read_secret()?).injection(injection);
    if let Some(slug) = slug {
        new = new.slug(slug.parse().map_err(|e| Failure::caused("--slug was not understood", e))?);
    }
    let secret = vault
        .create_secret(app.id, new)
        .await
        .map_err(|e| Failure::caused("the secret was not stored", e))?;
    let lines = [
        ("secret", secret.slug.to_string()),
        ("id", secret.id.to_string()),
        ("name", secret.name.clone()),
        ("hosts", secret.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    ];
    output::record(operator.output, &secret, &lines);
    if operator.output == crate::args::Format::Table {
        println!("\nNobody may use it yet. Grant it with: alter grants create {}", secret.slug);
    }
    vault.close().await;
    Ok(())
}

/// Reads host rules as they are typed.
pub(crate) fn parse_hosts(texts: &[String]) -> Result<Vec<HostRule>, Failure> {
    texts
        .iter()
        .map(|text| text.parse().map_err(|e| Failure::caused(format!("--host {text} was not understood"), e)))
        .collect()
}

/// Reads the credential without it ever being an argument: those are visible to every process on the machine.
fn read_secret() -> Result<Secret, Failure> {
    let unreadable = |error| Failure::caused("the credential could not be read from standard input", error);
    if std::io::stdin().is_terminal() {
        let typed = rpassword::prompt_password("Credential (not shown): ").map_err(unreadable)?;
        return Ok(Secret::new(typed));
    }
    let mut piped = String::new();
    std::io::stdin().take(LONGEST).read_to_string(&mut piped).map_err(unreadable)?;
    let end = piped.trim_end_matches(['\r', '\n']).len();
    piped.truncate(end);
    Ok(Secret::new(piped))
}
