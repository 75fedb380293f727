//! A user enters the key of an API themselves, in the vault's own page: the application sends them there, and is told by
//! the browser when they are back. It never sees the key. The vault is scripted.

use alter_client::{
    App, ErrorKind, ProviderId, Result, Secret,
    types::{ErrorCode, GrantPolicyInput, ManagedSecretConnectPath},
};
use alter_testkit::{Answer, Refusal, ScriptedVault};
use serde_json::json;

/// The page to send the user to.
async fn key_page(app: &App, provider: &ProviderId, user: Secret) -> Result<Secret> {
    let a_month = GrantPolicyInput::default().with_max_ttl_seconds(30 * 24 * 3600);
    let session = app
        .connect()
        .managed_secret(provider, user)
        .label("reporting")
        .agent("reporting-bot")
        .policy(a_month)
        .allowed_origin("https://app.example.com")
        .return_url("https://app.example.com/connected")
        .await?;
    match session.path {
        Some(ManagedSecretConnectPath::FastPath) => println!("the vault has a key; the user only confirms"),
        Some(ManagedSecretConnectPath::KeyEntry) => println!("the user enters a key"),
        _ => println!("the page says what to do"),
    }
    // Whoever holds the link can finish the flow: it goes to the user and nowhere else.
    Ok(session.connect_url)
}

#[tokio::main]
async fn main() -> Result<()> {
    let vault = ScriptedVault::start().await;
    let session = json!({
        "session_token": "t", "connect_url": "https://vault.example.com/connect#t", "expires_in": 600,
        "expires_at": "2030-01-01T00:00:00Z", "path": "key_entry", "secret_slug": "acme-api",
    });
    let unknown = Refusal::new(ErrorCode::SECRET_NOT_FOUND, "There is no managed secret acme-api.");
    vault
        .on("POST /sdk/managed-secrets/connect/session")
        .answers(Answer::status(201).json(&session))
        .refuses(unknown);
    let (app, acme) = (vault.app(), "acme-api".parse().expect("a slug"));

    let page = key_page(&app, &acme, Secret::from("a.users.jwt")).await?;
    assert!(page.expose().starts_with("https://vault.example.com/"));

    // What only an operator can set right has a kind of its own.
    let error =
        key_page(&app, &acme, Secret::from("a.users.jwt")).await.expect_err("there is no such secret");
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::ConnectConfig);
    Ok(())
}
