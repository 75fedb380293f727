//! Bodies of the requests that make and change agents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AgentStatus, AgentType};
use crate::setters::setters;

/// What an agent may reach: provider id (or `managed_secret_slugs`) to scopes. Empty means nothing.
pub type AgentScopes = BTreeMap<String, Vec<String>>;

/// Body of `POST /sdk/agents`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateAgentRequest {
    /// Its name, unique in the application. Not empty.
    pub name: String,
    /// What kind of workload it is.
    #[serde(default)]
    pub r#type: AgentType,
    /// What it may reach.
    #[serde(default)]
    pub scopes: AgentScopes,
    /// The operator's own notes.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Its policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Map<String, Value>>,
}

impl CreateAgentRequest {
    /// An agent that may reach `scopes`.
    #[must_use]
    pub fn new(name: impl Into<String>, scopes: AgentScopes) -> Self {
        Self {
            name: name.into(),
            r#type: AgentType::Agent,
            scopes,
            metadata: Map::new(),
            display_name: None,
            policy: None,
        }
    }

    /// Sets the kind of workload.
    #[must_use]
    pub fn with_type(self, r#type: AgentType) -> Self {
        Self { r#type, ..self }
    }

    setters! {
        with_metadata(metadata: =Map<String, Value>);
        with_display_name(display_name: ?String);
        with_policy(policy: ?Map<String, Value>);
    }
}

/// Body of `PATCH /sdk/agents/{id}`: what is unset stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpdateAgentRequest {
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The operator's own notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// What it may reach, replacing everything before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<AgentScopes>,
    /// Its policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Map<String, Value>>,
}

impl UpdateAgentRequest {
    setters! {
        with_display_name(display_name: ?String);
        with_metadata(metadata: ?Map<String, Value>);
        with_scopes(scopes: ?AgentScopes);
        with_policy(policy: ?Map<String, Value>);
    }
}

/// Body of `PATCH /sdk/agents/{id}` that suspends (`inactive`) or resumes (`active`) an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetAgentStatusRequest {
    /// The new status.
    pub status: AgentStatus,
}

impl SetAgentStatusRequest {
    /// Suspends the agent.
    #[must_use]
    pub const fn suspend() -> Self {
        Self { status: AgentStatus::Inactive }
    }

    /// Resumes the agent.
    #[must_use]
    pub const fn resume() -> Self {
        Self { status: AgentStatus::Active }
    }
}
