//! `alter secrets`: store, list, replace the credentials of other companies' APIs, and say where they may go.

use std::io::{IsTerminal as _, Read as _};

use alter_client::types::Secret;
use alter_server::vault::{AppRecord, HostRule, Injection, NewSecret, SecretRecord, SecretRef, Vault};

use crate::{
    args::{OperatorArgs, SecretsCommand},
    failure::Failure,
    home::{Home, application},
    output,
};

/// Longest credential that is read, in bytes; the vault's own limit is below it.
const LONGEST: u64 = 64 * 1024;

pub(crate) async fn run(operator: &OperatorArgs, command: SecretsCommand) -> Result<(), Failure> {
    match command {
        SecretsCommand::Create { name, hosts, header, format, slug } => {
            let injection = Injection::new(&header, &format)
                .map_err(|e| Failure::caused("the credential cannot be sent that way", e))?;
            create(operator, name, &parse_hosts(&hosts)?, injection, slug).await
        }
        SecretsCommand::List => list(operator).await,
        SecretsCommand::Hosts { secret, add, remove } => {
            change_hosts(operator, &secret, &parse_hosts(&add)?, &parse_hosts(&remove)?).await
        }
        SecretsCommand::Replace { secret } => replace(operator, &secret).await,
    }
}

async fn list(operator: &OperatorArgs) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let secrets = secrets_of(&vault, &app).await?;
    output::rows(
        operator.output,
        &["secret", "name", "hosts", "header", "created"],
        &secrets,
        |secret| {
            vec![
                secret.slug.to_string(),
                secret.name.clone(),
                texts(&secret.hosts),
                secret.injection.header().to_owned(),
                secret.created_at.to_string(),
            ]
        },
        "No secrets yet. Store one with `alter secrets create NAME --host HOST`.",
    );
    vault.close().await;
    Ok(())
}

async fn change_hosts(
    operator: &OperatorArgs,
    slug: &str,
    add: &[HostRule],
    remove: &[HostRule],
) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let Some(secret) = secrets_of(&vault, &app).await?.into_iter().find(|s| s.slug.as_str() == slug) else {
        return Err(Failure::new(format!("this application has no secret {slug}"))
            .advise("`alter secrets list` shows its secrets"));
    };
    if let Some(absent) = remove.iter().find(|rule| !secret.hosts.contains(rule)) {
        return Err(Failure::new(format!(
            "{absent} is not among the hosts of {slug}: {}",
            texts(&secret.hosts)
        )));
    }
    let mut hosts: Vec<HostRule> =
        secret.hosts.iter().filter(|rule| !remove.contains(rule)).cloned().collect();
    for rule in add {
        if !hosts.contains(rule) {
            hosts.push(rule.clone());
        }
    }
    let secret = vault
        .set_hosts(app.id, SecretRef::Id(secret.id), hosts)
        .await
        .map_err(|e| Failure::caused("the hosts were not changed", e))?;
    show(operator, &secret);
    vault.close().await;
    Ok(())
}

async fn replace(operator: &OperatorArgs, slug: &str) -> Result<(), Failure> {
    let slug = slug.parse().map_err(|e| Failure::caused("that is not a secret's slug", e))?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let secret = vault
        .replace_secret(app.id, SecretRef::Slug(slug), read_secret()?)
        .await
        .map_err(|e| Failure::caused("the secret was not replaced", e))?;
    show(operator, &secret);
    if operator.output == crate::args::Format::Table {
        println!("\nReplaced. Every use from now on gets the new value.");
    }
    vault.close().await;
    Ok(())
}

async fn secrets_of(vault: &Vault, app: &AppRecord) -> Result<Vec<SecretRecord>, Failure> {
    vault.secrets(app.id).await.map_err(|e| Failure::caused("the secrets could not be read", e))
}

fn show(operator: &OperatorArgs, secret: &SecretRecord) {
    let lines = [
        ("secret", secret.slug.to_string()),
        ("id", secret.id.to_string()),
        ("name", secret.name.clone()),
        ("hosts", texts(&secret.hosts)),
    ];
    output::record(operator.output, secret, &lines);
}

fn texts(hosts: &[HostRule]) -> String {
    hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

async fn create(
    operator: &OperatorArgs,
    name: String,
    hosts: &[HostRule],
    injection: Injection,
    slug: Option<String>,
) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let mut new = NewSecret::new(name, hosts.to_vec(), read_secret()?).injection(injection);
    if let Some(slug) = slug {
        new = new.slug(slug.parse().map_err(|e| Failure::caused("--slug was not understood", e))?);
    }
    let secret = vault
        .create_secret(app.id, new)
        .await
        .map_err(|e| Failure::caused("the secret was not stored", e))?;
    show(operator, &secret);
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
