//! [`IdentityContext`]: who a call is about, and [`IdentityAssertion`]: the same, signed by the backend.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Secret, Timestamp, expose_in_json, setters::setters, strict};

/// Who a call is about. What was read from JSON is a claim, not a proof: a memory scope needs an identity that was
/// verified by this process. `Debug` leaves the e-mail address and the display name out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdentityContext {
    /// The application. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub app_id: String,
    /// The application's user: the key to store memory under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_user_id: Option<String>,
    /// The user's subject at the identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_subject_id: Option<String>,
    /// The identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp_id: Option<String>,
    /// `active`, `suspended` or a newer word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_status: Option<String>,
    /// The user's groups.
    #[serde(default)]
    pub group_ids: Vec<String>,
    /// The agent: the key to store memory under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The audit label of the caller; no key for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// Echo of the audit context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<IdentityTrace>,
    /// Only when the profile was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Only when the profile was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

impl IdentityContext {
    /// An identity without user and agent.
    #[must_use]
    pub fn new(app_id: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            app_user_id: None,
            external_subject_id: None,
            idp_id: None,
            user_status: None,
            group_ids: Vec::new(),
            agent_id: None,
            actor_id: None,
            trace: None,
            email: None,
            display_name: None,
        }
    }

    /// States the user and whether it is active.
    #[must_use]
    pub fn with_user(self, app_user_id: impl Into<String>, user_status: impl Into<String>) -> Self {
        Self { app_user_id: Some(app_user_id.into()), user_status: Some(user_status.into()), ..self }
    }

    setters! {
        with_external_subject_id(external_subject_id: ?String);
        with_idp_id(idp_id: ?String);
        with_group_ids(group_ids: =Vec<String>);
        with_agent_id(agent_id: ?String);
        with_actor_id(actor_id: ?String);
        with_trace(trace: ?IdentityTrace);
        with_email(email: ?String);
        with_display_name(display_name: ?String);
    }
}

impl fmt::Debug for IdentityContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityContext")
            .field("app_id", &self.app_id)
            .field("app_user_id", &self.app_user_id)
            .field("user_status", &self.user_status)
            .field("agent_id", &self.agent_id)
            .field("actor_id", &self.actor_id)
            .finish_non_exhaustive()
    }
}

/// Which run and conversation a call belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdentityTrace {
    /// The run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
}

impl IdentityTrace {
    setters! {
        with_run_id(run_id: ?String);
        with_thread_id(thread_id: ?String);
    }
}

/// An identity with a signed token that proves it to others.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdentityAssertion {
    /// The token (a JWS). Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it asserts.
    pub identity: IdentityContext,
}

impl IdentityAssertion {
    /// A token that asserts `identity` until `expires_at`.
    #[must_use]
    pub fn new(token: Secret, expires_at: Timestamp, identity: IdentityContext) -> Self {
        Self { token, expires_at, identity }
    }
}
