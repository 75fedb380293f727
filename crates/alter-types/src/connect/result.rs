//! [`ConnectResult`]: what a finished connect session yields, one for each provider.

use serde::{Deserialize, Serialize};

use crate::{GrantId, GrantPolicy, origin, setters::setters, strict, wire_enum::wire_enum};

wire_enum! {
    closed
    /// What a finished flow did.
    #[derive(Default)]
    ConnectOperation = "connect operation" {
        /// It made a grant.
        #[default]
        Creation = "creation",
        /// It repaired one; the grant keeps its id.
        Reauth = "reauth",
    }
}

/// A connected account. Read the grant id from here always: a first connection makes one, a repair keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectResult {
    /// The grant.
    pub grant_id: String,
    /// Its provider.
    pub provider_id: String,
    /// The account at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_identifier: Option<String>,
    /// Scopes the user consented to.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Where this account's API lives, where that differs by account: a bare `https` origin.
    #[serde(default, with = "origin", skip_serializing_if = "Option::is_none")]
    pub api_base_url: Option<String>,
    /// What the flow did.
    #[serde(default)]
    pub operation: ConnectOperation,
    /// How long the grant lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<GrantPolicy>,
    /// Providers of the same session that were not connected.
    #[serde(default)]
    pub failed_grants: Vec<ConnectFailedGrant>,
    /// What was delegated to the agent of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegation: Option<ConnectDelegation>,
}

impl ConnectResult {
    /// A new grant.
    #[must_use]
    pub fn new(grant_id: GrantId, provider_id: impl Into<String>) -> Self {
        Self {
            grant_id: grant_id.to_string(),
            provider_id: provider_id.into(),
            account_identifier: None,
            scopes: Vec::new(),
            api_base_url: None,
            operation: ConnectOperation::Creation,
            grant_policy: None,
            failed_grants: Vec::new(),
            delegation: None,
        }
    }

    setters! {
        with_account_identifier(account_identifier: ?String);
        with_scopes(scopes: =Vec<String>);
        with_operation(operation: =ConnectOperation);
        with_grant_policy(grant_policy: ?GrantPolicy);
        with_delegation(delegation: ?ConnectDelegation);
    }
}

/// A provider of the session that was not connected, and why. No text is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectFailedGrant {
    /// The provider.
    #[serde(deserialize_with = "strict::filled")]
    pub provider_id: String,
    /// `not_selected`, `activation_failed`; any other word: a usage limit could not be applied.
    #[serde(deserialize_with = "strict::filled")]
    pub reason: String,
    /// A sentence for people.
    #[serde(deserialize_with = "strict::filled")]
    pub message: String,
}

impl ConnectFailedGrant {
    /// A provider that was not connected for that reason.
    #[must_use]
    pub fn new(
        provider_id: impl Into<String>,
        reason: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { provider_id: provider_id.into(), reason: reason.into(), message: message.into() }
    }

    /// Whether the person left it out or the provider failed, as opposed to a usage limit that could not be
    /// applied.
    #[must_use]
    pub fn is_activation_failure(&self) -> bool {
        matches!(self.reason.as_str(), "not_selected" | "activation_failed")
    }
}

/// What was delegated to the agent of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectDelegation {
    /// The agent. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub agent_id: String,
    /// Whether it may delegate further.
    pub delegable: bool,
    /// The agent's own policy refused the delegation.
    #[serde(default)]
    pub policy_refused: bool,
}

impl ConnectDelegation {
    /// A delegation to that agent.
    #[must_use]
    pub fn new(agent_id: impl Into<String>, delegable: bool) -> Self {
        Self { agent_id: agent_id.into(), delegable, policy_refused: false }
    }
}
