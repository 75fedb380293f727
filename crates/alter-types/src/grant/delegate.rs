//! Passing a grant on to another agent (`POST /sdk/grants/{id}/delegate`, `docs/protocol.md` 6.8).

use serde::{Deserialize, Serialize};

use super::GrantKind;
use crate::{GrantId, checked::checked_model, lenient, setters::setters, strict};

/// Body of the delegation of a grant the calling agent holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DelegateRequest {
    /// The agent that receives it.
    #[serde(deserialize_with = "strict::filled")]
    pub to_agent_id: String,
    /// Whether it may be passed on again; absent keeps the stored setting, and a new delegation then may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegable: Option<bool>,
    /// The scopes to narrow it to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_constraint: Option<Vec<String>>,
    /// Seconds it lives, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<i64>,
}

impl DelegateRequest {
    /// A delegation to that agent, as wide and as long as the grant itself.
    #[must_use]
    pub fn new(to_agent_id: impl Into<String>) -> Self {
        Self { to_agent_id: to_agent_id.into(), delegable: None, scope_constraint: None, ttl_seconds: None }
    }

    setters! {
        with_delegable(delegable: ?bool);
        with_scope_constraint(scope_constraint: ?Vec<String>);
        with_ttl_seconds(ttl_seconds: ?i64);
    }
}

/// The delegation that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct DelegationResult {
    /// The new grant. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub grant_id: String,
    /// What it is on.
    pub grant_kind: GrantKind,
    /// The grant it was made from. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub parent_grant_id: String,
    /// How many delegations lie above it, at least 1.
    pub depth: i64,
    /// Whether it may be passed on again.
    pub delegable: bool,
    /// `active` or a newer word. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub status: String,
    /// When it ends, as text.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

checked_model!(DelegationResult);

impl DelegationResult {
    /// An active delegation `depth` steps below the first grant.
    #[must_use]
    pub fn new(
        grant_id: GrantId,
        grant_kind: GrantKind,
        parent: GrantId,
        depth: i64,
        delegable: bool,
    ) -> Self {
        Self {
            grant_id: grant_id.to_string(),
            grant_kind,
            parent_grant_id: parent.to_string(),
            depth,
            delegable,
            status: "active".to_owned(),
            expires_at: None,
        }
    }

    setters! {
        with_status(status: =String);
        with_expires_at(expires_at: ?String);
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.depth >= 1 { Ok(()) } else { Err("depth must be at least 1") }
    }
}
