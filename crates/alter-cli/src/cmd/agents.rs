//! `alter agents`: see the identities an application has made.

use alter_client::types::{AgentId, AgentInfo};
use alter_server::vault::{AppRecord, Vault};

use crate::{
    args::{AgentsCommand, OperatorArgs},
    failure::Failure,
    home::{Home, application},
    output,
};

pub(crate) async fn run(operator: &OperatorArgs, command: AgentsCommand) -> Result<(), Failure> {
    let AgentsCommand::List = command;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let agents = of(&vault, &app).await?;
    output::rows(
        operator.output,
        &["agent", "id", "status", "may reach", "created"],
        &agents,
        |agent| {
            let scopes = serde_json::to_string(&agent.scopes).unwrap_or_default();
            vec![
                agent.name.clone(),
                agent.id.to_string(),
                agent.status.as_str().to_owned(),
                scopes,
                agent.created_at.to_string(),
            ]
        },
        "No agents yet. Code makes them: app.agents().create(…), with a key that has the scope agents:write.",
    );
    vault.close().await;
    Ok(())
}

/// The agent with this name or id.
pub(crate) async fn named(vault: &Vault, app: &AppRecord, named: &str) -> Result<AgentId, Failure> {
    let agents = of(vault, app).await?;
    let found = agents.iter().find(|agent| agent.name == named || agent.id.to_string() == named);
    match found {
        Some(agent) => Ok(agent.id),
        None => Err(Failure::new(format!("this application has no agent {named}"))
            .advise("`alter agents list` shows its agents")),
    }
}

async fn of(vault: &Vault, app: &AppRecord) -> Result<Vec<AgentInfo>, Failure> {
    vault.agents_of(app.id).await.map_err(|e| Failure::caused("the agents could not be read", e))
}
