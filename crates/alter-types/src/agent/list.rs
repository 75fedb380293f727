//! Lists of agents (`GET /sdk/agents`).

use serde::{Deserialize, Serialize};

use super::AgentInfo;

/// A page of agents. The wire calls the list `items`; `agents` is read too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentListResult {
    /// The agents of this page.
    #[serde(rename = "items", alias = "agents")]
    pub agents: Vec<AgentInfo>,
    /// How many there are in all.
    pub total: i64,
    /// Page size asked for.
    pub limit: i64,
    /// Agents skipped.
    pub offset: i64,
    /// Whether there are more after this page.
    pub has_more: bool,
}

impl AgentListResult {
    /// A page that starts at `offset` of `total` agents.
    #[must_use]
    pub fn new(agents: Vec<AgentInfo>, total: i64, limit: i64, offset: i64) -> Self {
        let end = offset.saturating_add(i64::try_from(agents.len()).unwrap_or(i64::MAX));
        Self { agents, total, limit, offset, has_more: end < total }
    }
}

/// The answer to a search by name: none or one agent, further ones do not count.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentByNameResult {
    /// The agents found.
    #[serde(default)]
    pub items: Vec<AgentInfo>,
}
