//! [`AgentInfo`]: a managed agent, and [`AgentCreateResult`]: a new one with its first key.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    AgentId, KeyId, Secret, Timestamp, expose_optional_in_json, setters::setters, strict,
    wire_enum::wire_enum,
};

wire_enum! {
    closed
    /// What kind of workload an agent is.
    #[derive(Default)]
    AgentType = "agent type" {
        /// An AI agent.
        #[default]
        Agent = "agent",
        /// A backend service or job.
        Service = "service",
    }
}

wire_enum! {
    closed
    /// Whether an agent may act.
    AgentStatus = "agent status" {
        /// It may.
        Active = "active",
        /// It is suspended, and can be resumed.
        Inactive = "inactive",
        /// It is gone for good.
        Revoked = "revoked",
    }
}

/// A managed agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentInfo {
    /// The agent.
    pub id: AgentId,
    /// Its name, unique in the application.
    pub name: String,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What kind of workload it is.
    pub r#type: AgentType,
    /// Whether it may act.
    pub status: AgentStatus,
    /// What it may reach: provider id (or `managed_secret_slugs`) to scopes. Opaque here.
    #[serde(default)]
    pub scopes: Map<String, Value>,
    /// Narrower scopes that have not taken effect yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes_pending: Option<Map<String, Value>>,
    /// When they will.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes_applies_at: Option<Timestamp>,
    /// Its policy; approvers appear as a count, never by address.
    #[serde(default)]
    pub policy: Map<String, Value>,
    /// The operator's own notes.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// Requests a minute, if limited on its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit_per_minute: Option<i64>,
    /// Counts changes; an update names the version it is based on.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// The agent that made it; nothing sets this today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_agent_id: Option<AgentId>,
    /// Managed-secret names of the first generation that are still stored.
    #[serde(default)]
    pub stored_legacy_managed_secret_names: Vec<String>,
}

impl AgentInfo {
    /// An active agent of version 1 that may reach nothing yet.
    #[must_use]
    pub fn new(id: AgentId, name: impl Into<String>, r#type: AgentType, created_at: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            display_name: None,
            r#type,
            status: AgentStatus::Active,
            scopes: Map::new(),
            scopes_pending: None,
            scopes_applies_at: None,
            policy: Map::new(),
            metadata: Map::new(),
            rate_limit_per_minute: None,
            version: 1,
            created_at,
            last_used_at: None,
            parent_agent_id: None,
            stored_legacy_managed_secret_names: Vec::new(),
        }
    }

    setters! {
        with_display_name(display_name: ?String);
        with_status(status: =AgentStatus);
        with_scopes(scopes: =Map<String, Value>);
        with_policy(policy: =Map<String, Value>);
        with_metadata(metadata: =Map<String, Value>);
        with_version(version: =i64);
        with_last_used_at(last_used_at: ?Timestamp);
    }
}

/// A new agent with its first key, which is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentCreateResult {
    /// The agent; its fields stand beside the key's on the wire.
    #[serde(flatten)]
    pub agent: AgentInfo,
    /// The key. `None` on the replay of an idempotent request; always on the wire, null included.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_optional_in_json")]
    pub api_key: Option<Secret>,
    /// The key's record.
    pub key_id: KeyId,
}

impl AgentCreateResult {
    /// A new agent with its first key.
    #[must_use]
    pub fn new(agent: AgentInfo, key_id: KeyId, api_key: Option<Secret>) -> Self {
        Self { agent, api_key, key_id }
    }
}

impl Deref for AgentCreateResult {
    type Target = AgentInfo;

    fn deref(&self) -> &AgentInfo {
        &self.agent
    }
}
