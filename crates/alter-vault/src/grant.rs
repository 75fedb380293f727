//! Grants: [`NewGrant`], [`GrantRecord`] and the filter to list them by.

use std::time::Duration;

use alter_types::{AgentId, AppId, CredentialId, GrantId, ManagedSecretId, Timestamp};
use serde::Serialize;

use crate::{Approver, Slug};

/// Which secret is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// The one with this slug.
    Slug(Slug),
    /// The one with this id.
    Id(ManagedSecretId),
}

/// A grant to be made: it lets the application itself use a secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewGrant {
    /// The secret.
    pub secret: SecretRef,
    /// The agent whose own it is. `None`: the application's.
    pub agent: Option<AgentId>,
    /// Tells grants of one secret apart; unique among the active ones.
    pub label: Option<String>,
    /// How long it lasts, at least one second. `None`: until it is revoked.
    pub time_to_live: Option<Duration>,
    /// Who has to agree to every use, at most 10, all of them. Empty: nobody.
    pub approvers: Vec<Approver>,
    /// How long a use waits for them, one minute to seven days. Default 15 minutes.
    pub approval_window: Duration,
}

impl NewGrant {
    /// A grant without label that lasts until it is revoked.
    #[must_use]
    pub fn of(secret: SecretRef) -> Self {
        Self {
            secret,
            agent: None,
            label: None,
            time_to_live: None,
            approvers: Vec::new(),
            approval_window: Duration::from_secs(15 * 60),
        }
    }

    /// Gives it to an agent: nobody else uses it but that agent, and the application acting as it.
    #[must_use]
    pub fn for_agent(mut self, agent: AgentId) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Labels the grant.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Has every use wait until all of these have agreed.
    #[must_use]
    pub fn approved_by(mut self, approvers: impl IntoIterator<Item = Approver>) -> Self {
        self.approvers = approvers.into_iter().collect();
        self
    }

    /// Limits how long it lasts.
    #[must_use]
    pub fn lasting(mut self, time_to_live: Duration) -> Self {
        self.time_to_live = Some(time_to_live);
        self
    }
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantStatus {
    /// It can be used.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked, for good.
    Revoked,
}

impl GrantStatus {
    /// The wire spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The state at `now`, all in Unix microseconds.
    pub(crate) fn at(now: i64, expires_at: Option<i64>, revoked_at: Option<i64>) -> Self {
        if revoked_at.is_some() {
            Self::Revoked
        } else if expires_at.is_some_and(|end| end <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}

/// A grant with what it points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GrantRecord {
    /// Its id.
    pub id: GrantId,
    /// Its application.
    pub app: AppId,
    /// The secret it is on.
    pub secret: ManagedSecretId,
    /// That secret's slug.
    pub slug: Slug,
    /// That secret's name.
    pub secret_name: String,
    /// The credential it releases.
    pub credential: CredentialId,
    /// Its label.
    pub label: Option<String>,
    /// Where it stands now.
    pub status: GrantStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who has to agree to every use.
    pub approvers: Vec<Approver>,
    /// The agent whose own it is. `None`: the application's.
    pub agent: Option<AgentId>,
}

/// Which grants to list. Set fields are combined with AND.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GrantFilter {
    /// Only grants of the secret with this slug.
    pub slug: Option<String>,
    /// Only grants of this agent.
    pub agent: Option<AgentId>,
    /// Only grants in this state; a word that is none matches nothing.
    pub status: Option<String>,
    /// Only grants with this label.
    pub label: Option<String>,
    /// Page size, 1 to 1,000; 100 by default.
    pub limit: u32,
    /// Entries to skip.
    pub offset: u64,
}

impl GrantFilter {
    /// The largest page.
    pub const MAX_LIMIT: u32 = 1_000;
}

impl Default for GrantFilter {
    fn default() -> Self {
        Self { slug: None, agent: None, status: None, label: None, limit: 100, offset: 0 }
    }
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// How many match in all.
    pub total: u64,
}
