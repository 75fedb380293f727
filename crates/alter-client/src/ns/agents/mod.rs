//! [`Agents`]: the application's managed agents and their keys.

mod create;
mod keys;
mod list;
mod update;

use alter_types::{
    AgentByNameResult, AgentId, AgentInfo, AgentScopes, KeyId, SetAgentStatusRequest, Surface,
};
pub use create::CreateAgent;
pub use keys::RevokeAgentKey;
pub use list::ListAgents;
pub use update::UpdateAgent;
use url::form_urlencoded::byte_serialize;

use crate::{Agent, Result, client::Client, ns::argument, operation};

/// Administration of agents. From [`App::agents`](crate::App::agents).
///
/// An agent's key is a secret that the vault shows once: in the answer that made it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # let record = serde_json::json!({ "id": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "name": "planner", "type": "agent",
/// #     "status": "active", "version": 3, "created_at": "2026-11-23T09:00:00Z", "api_key": "alter_key_0",
/// #     "key_id": "6e700000-0000-4000-8000-000000000001" });
/// # vault.on("POST /sdk/agents").answers(record.clone());
/// # vault.on("PATCH /sdk/agents/{id}").answers(record);
/// # let app = vault.app();
/// use alter_client::AgentScopes;
///
/// let reach = AgentScopes::none().provider("google", ["calendar.readonly"]);
/// let planner = app.agents().create("planner", reach).display_name("Planner").await?;
/// let key = planner.api_key.as_ref().expect("the first answer has it");
///
/// // Wider at once, narrower after the grace period; refused if somebody else was faster.
/// let reach = AgentScopes::none().provider("google", ["calendar.readonly", "drive.file"]);
/// app.agents().update(&planner.id).scopes(reach, planner.version).clear_display_name().await?;
/// app.agents().suspend(&planner.id).await?;
/// # assert_eq!(key.expose(), "alter_key_0");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Agents<'a> {
    client: &'a Client,
}

impl<'a> Agents<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Makes an agent with its first key. Await it. The name is unique in the application.
    ///
    /// Each call has an idempotency key, its [own](CreateAgent::idempotency_key) or one made for it, so a lost answer
    /// is asked for again and makes no second agent. Only the first answer holds the agent's key, though: if it was
    /// that one that got lost, `api_key` is `None`, and [`mint_key`](Self::mint_key) makes another.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for an empty name or
    /// [scopes](AgentScopes::validate) that are not valid, [`Error::Backend`](crate::Error::Backend) if the vault
    /// refuses, with [`ErrorKind::AgentNameExists`](crate::ErrorKind::AgentNameExists) or one of the
    /// `IdempotencyKey…` kinds, [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn create(&self, name: impl Into<String>, scopes: AgentScopes) -> CreateAgent<'a> {
        CreateAgent::new(self.client, name.into(), scopes)
    }

    /// The application's agents: one page if it is awaited, all of them as a [`stream`](ListAgents::stream).
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a limit outside 1 to 1000,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub fn list(&self) -> ListAgents<'a> {
        ListAgents::new(self.client)
    }

    /// One agent.
    ///
    /// # Errors
    /// [`ErrorKind::AgentNotFound`](crate::ErrorKind::AgentNotFound) if there is none; otherwise
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub async fn get(&self, id: &AgentId) -> Result<AgentInfo> {
        let cx = self.client.context(operation::GET_AGENT);
        self.client.get(&agent_path(id), Surface::Agents, cx, None).await?.json()
    }

    /// The agent of that name, if there is one.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if the name is empty, [`Error::Backend`](crate::Error::Backend) if the
    /// vault refuses, [`Error::Network`](crate::Error::Network) if it does not answer.
    pub async fn get_by_name(&self, name: &str) -> Result<Option<AgentInfo>> {
        argument::filled("name", name)?;
        let query: String = byte_serialize(name.as_bytes()).collect();
        let cx = self.client.context(operation::GET_AGENT);
        let path = format!("/sdk/agents?name={query}");
        let found: AgentByNameResult = self.client.get(&path, Surface::Agents, cx, None).await?.object()?;
        Ok(found.items.into_iter().next())
    }

    /// Changes what is named, and leaves the rest as it is. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for scopes, a version or a grace period that are not
    /// valid, [`Error::Backend`](crate::Error::Backend) if the vault refuses, with
    /// [`ErrorKind::AgentConcurrentUpdate`](crate::ErrorKind::AgentConcurrentUpdate) if somebody else changed the
    /// agent first: read it again. [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn update(&self, id: &AgentId) -> UpdateAgent<'a> {
        UpdateAgent::new(self.client, id)
    }

    /// Stops an agent until it is [resumed](Self::resume). Its keys answer [`me`](Agent::me) and nothing else.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn suspend(&self, id: &AgentId) -> Result<AgentInfo> {
        self.set_status(id, operation::SUSPEND_AGENT, SetAgentStatusRequest::suspend()).await
    }

    /// Lets a suspended agent work again.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn resume(&self, id: &AgentId) -> Result<AgentInfo> {
        self.set_status(id, operation::RESUME_AGENT, SetAgentStatusRequest::resume()).await
    }

    async fn set_status(
        &self,
        id: &AgentId,
        operation: alter_transport::Operation,
        status: SetAgentStatusRequest,
    ) -> Result<AgentInfo> {
        let cx = self.client.context(operation);
        self.client.patch(&agent_path(id), Surface::Agents, cx, None, &status).await?.json()
    }

    /// Ends an agent and all its keys for good. Succeeds as well if it has ended before.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn delete(&self, id: &AgentId) -> Result<AgentInfo> {
        let cx = self.client.context(operation::DELETE_AGENT);
        self.client.delete(&agent_path(id), Surface::Agents, cx, None).await?.json()
    }
}

impl Agent {
    /// This agent's own record. Works while it is suspended, too.
    ///
    /// # Errors
    /// [`ErrorKind::MeRequiresAgentKey`](crate::ErrorKind::MeRequiresAgentKey) with an application's key that acts as
    /// nobody; otherwise [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub async fn me(&self) -> Result<AgentInfo> {
        let client = self.client();
        let cx = client.context(operation::ME);
        client.get("/sdk/agents/me", Surface::Agents, cx, None).await?.json()
    }
}

fn agent_path(id: &AgentId) -> String {
    format!("/sdk/agents/{id}")
}

fn key_path(agent: &AgentId, key: &KeyId) -> String {
    format!("/sdk/agents/{agent}/keys/{key}")
}
