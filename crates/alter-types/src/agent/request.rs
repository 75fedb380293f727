//! Bodies of the requests that make and change agents.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{AgentScopes, AgentStatus, AgentType};
use crate::setters::setters;

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

/// What an update does to one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Leaves it as it is; the field is not on the wire.
    #[default]
    Keep,
    /// Empties it; `null` on the wire.
    Clear,
    /// Replaces it.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the field stays as it is.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// [`Keep`](Change::Keep) is said by leaving the field out.
impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

/// Body of `PATCH /sdk/agents/{id}`: what is not named stays as it is, and null empties.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpdateAgentRequest {
    /// A name for people.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub display_name: Change<String>,
    /// The operator's own notes.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub metadata: Change<Map<String, Value>>,
    /// What it may reach, replacing everything before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<AgentScopes>,
    /// Its policy.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub policy: Change<Map<String, Value>>,
}

impl UpdateAgentRequest {
    setters! {
        with_display_name(display_name: =Change<String>);
        with_metadata(metadata: =Change<Map<String, Value>>);
        with_scopes(scopes: ?AgentScopes);
        with_policy(policy: =Change<Map<String, Value>>);
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
