//! Keys of an agent: made, listed, phased out and ended by the application.

use alter_transport::{BoxFuture, Operation};
use alter_types::{AgentId, AgentKey, AgentKeyList, AgentKeyMintResult, KeyId, Surface};
use serde_json::json;

use super::{Agents, agent_path, key_path};
use crate::{Result, client::Client, operation};

impl<'a> Agents<'a> {
    /// Makes another key for an agent. The answer is the only place the key is shown.
    ///
    /// Not repeatable: if the answer is lost, [`list_keys`](Self::list_keys) shows a key nobody has; revoke it.
    ///
    /// # Errors
    /// [`ErrorKind::AgentKeyLimit`](crate::ErrorKind::AgentKeyLimit) if it has as many as it may have; otherwise as
    /// [`get`](Self::get).
    pub async fn mint_key(&self, agent: &AgentId) -> Result<AgentKeyMintResult> {
        let path = format!("{}/keys", agent_path(agent));
        let cx = self.client.context(operation::MINT_AGENT_KEY);
        self.client.post(&path, Surface::Agents, cx, None, &json!({})).await?.json()
    }

    /// An agent's keys, without the keys themselves.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn list_keys(&self, agent: &AgentId) -> Result<AgentKeyList> {
        let path = format!("{}/keys", agent_path(agent));
        let cx = self.client.context(operation::LIST_AGENT_KEYS);
        self.client.get(&path, Surface::Agents, cx, None).await?.json()
    }

    /// Marks a key for replacement. It goes on working, and whoever uses it is told. Again is no error.
    ///
    /// # Errors
    /// [`ErrorKind::KeyAlreadyRevoked`](crate::ErrorKind::KeyAlreadyRevoked) if the key has ended,
    /// [`ErrorKind::KeyNotFound`](crate::ErrorKind::KeyNotFound) if there is none; otherwise as [`get`](Self::get).
    pub async fn deprecate_key(&self, agent: &AgentId, key: &KeyId) -> Result<AgentKey> {
        self.mark(operation::DEPRECATE_AGENT_KEY, agent, key, "deprecate").await
    }

    /// Takes the mark back.
    ///
    /// # Errors
    /// As [`deprecate_key`](Self::deprecate_key).
    pub async fn undeprecate_key(&self, agent: &AgentId, key: &KeyId) -> Result<AgentKey> {
        self.mark(operation::UNDEPRECATE_AGENT_KEY, agent, key, "undeprecate").await
    }

    async fn mark(&self, operation: Operation, agent: &AgentId, key: &KeyId, verb: &str) -> Result<AgentKey> {
        let path = format!("{}/{verb}", key_path(agent, key));
        let cx = self.client.context(operation);
        self.client.patch(&path, Surface::Agents, cx, None, &json!({})).await?.json()
    }

    /// Ends a key for good. Await it. Again is no error.
    ///
    /// # Errors
    /// When awaited: [`ErrorKind::LastActiveKey`](crate::ErrorKind::LastActiveKey) if the agent would have none left
    /// and it was not [forced](RevokeAgentKey::force); otherwise as [`get`](Self::get).
    pub fn revoke_key(&self, agent: &AgentId, key: &KeyId) -> RevokeAgentKey<'a> {
        RevokeAgentKey { client: self.client, agent: *agent, key: *key, force: false }
    }
}

/// A key of an agent to end.
#[derive(Debug, Clone)]
#[must_use = "nothing is revoked until it is awaited"]
pub struct RevokeAgentKey<'a> {
    client: &'a Client,
    agent: AgentId,
    key: KeyId,
    force: bool,
}

impl RevokeAgentKey<'_> {
    /// Even if it is the agent's last one.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }
}

impl<'a> IntoFuture for RevokeAgentKey<'a> {
    type Output = Result<AgentKey>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = key_path(&self.agent, &self.key) + if self.force { "?force=true" } else { "" };
            let cx = self.client.context(operation::REVOKE_AGENT_KEY);
            self.client.delete(&path, Surface::Agents, cx, None).await?.json()
        })
    }
}
