//! Keys of agents (`docs/protocol.md` 6.8).

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::{KeyId, Secret, Timestamp, expose_optional_in_json, setters::setters, strict};

/// An agent's key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentKey {
    /// The key's record.
    pub key_id: KeyId,
    /// The first characters of the key, safe to show. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub key_prefix: String,
    /// Its name: the agent's and a number. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was marked for replacement. It still works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<Timestamp>,
    /// When it stopped working.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// What a key's times say together. Never on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgentKeyStatus {
    /// It works.
    Active,
    /// It works, and should be replaced.
    Deprecated,
    /// It does not work any more.
    Revoked,
}

impl AgentKeyStatus {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Revoked => "revoked",
        }
    }
}

impl AgentKey {
    /// A key that works.
    #[must_use]
    pub fn new(
        key_id: KeyId,
        key_prefix: impl Into<String>,
        name: impl Into<String>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            key_id,
            key_prefix: key_prefix.into(),
            name: name.into(),
            created_at,
            deprecated_at: None,
            revoked_at: None,
            last_used_at: None,
        }
    }

    setters! {
        with_deprecated_at(deprecated_at: ?Timestamp);
        with_revoked_at(revoked_at: ?Timestamp);
        with_last_used_at(last_used_at: ?Timestamp);
    }

    /// What its times say together: revoked before deprecated before active.
    #[must_use]
    pub const fn status(&self) -> AgentKeyStatus {
        if self.revoked_at.is_some() {
            AgentKeyStatus::Revoked
        } else if self.deprecated_at.is_some() {
            AgentKeyStatus::Deprecated
        } else {
            AgentKeyStatus::Active
        }
    }
}

/// A new key of an agent, which is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentKeyMintResult {
    /// The key's record; its fields stand beside the key on the wire.
    #[serde(flatten)]
    pub key: AgentKey,
    /// The key; always on the wire, null included.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_optional_in_json")]
    pub api_key: Option<Secret>,
}

impl AgentKeyMintResult {
    /// A new key.
    #[must_use]
    pub fn new(key: AgentKey, api_key: Secret) -> Self {
        Self { key, api_key: Some(api_key) }
    }
}

impl Deref for AgentKeyMintResult {
    type Target = AgentKey;

    fn deref(&self) -> &AgentKey {
        &self.key
    }
}

/// Every key of an agent, oldest first; there are no pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentKeyList {
    /// The keys.
    pub items: Vec<AgentKey>,
}

impl AgentKeyList {
    /// These keys.
    #[must_use]
    pub fn new(items: Vec<AgentKey>) -> Self {
        Self { items }
    }
}
