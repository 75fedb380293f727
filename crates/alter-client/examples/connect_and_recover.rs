//! A call that finds no grant brings along what would repair it: a session in which the user connects the account. The
//! vault is scripted and time is paused; a program with a page of its own would show the link there.

use std::time::Duration;

use alter_client::{App, ProviderId, Reply, Result, Secret, print_link, types::ErrorCode};
use alter_testkit::{Answer, Refusal, ScriptedVault};
use serde_json::json;

const REPOSITORIES: &str = "https://api.github.com/user/repos";

/// Lists the user's repositories, and has them connect their account if that is what it takes.
async fn repositories(app: &App, github: &ProviderId, user: &Secret) -> Result<Reply> {
    let call = || app.provider(github).as_user(user.clone()).get(REPOSITORIES).send();
    let error = match call().await {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    // What no session repairs is handed on.
    let Some(recovery) = error.recovery() else { return Err(error) };
    println!("{error} Connecting {}.", recovery.provider_id);
    let connected = app
        .connect()
        .recover(recovery)
        .as_user(user.clone())
        .run(print_link)
        .on_decline(|declined| println!("{} was declined", declined.provider_id))
        .within(Duration::from_secs(300))
        .await?;
    // A repair keeps the id of the grant, a first connection makes one: it is always here.
    println!("{:?}: grant {}", connected[0].operation, connected[0].grant_id);
    call().await
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    let vault = ScriptedVault::start().await;
    let missing = Refusal::new(ErrorCode::GRANT_NOT_FOUND, "Nobody has connected GitHub.");
    vault
        .on("GET https://api.github.com/user/repos")
        .refuses(missing.with("provider_id", "github"))
        .answers(json!([{ "name": "alter" }]));
    vault.on("POST /sdk/oauth/connect/session").answers(Answer::status(201).json(&json!({
        "session_token": "t", "connect_url": "https://vault.example.com/connect#t",
        "expires_in": 600, "expires_at": "2030-01-01T00:00:00Z",
    })));
    let grant = json!({ "grant_id": vault.grant(), "provider_id": "github", "scopes": ["repo"] });
    vault
        .on("POST /sdk/oauth/connect/session/poll")
        .answers(json!({ "status": "pending" }))
        .answers(json!({ "status": "completed", "grants": [grant] }));

    let github = "github".parse().expect("a provider's name");
    let reply = repositories(&vault.app(), &github, &Secret::from("a.users.jwt")).await?;
    println!("{}", reply.text()?);
    Ok(())
}
