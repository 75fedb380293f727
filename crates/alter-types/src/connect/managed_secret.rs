//! Connect sessions for managed secrets (`POST /sdk/managed-secrets/connect/session`).

use serde::{Deserialize, Serialize};

use super::{RequestedGrantInput, session::only_false};
use crate::{
    GrantPolicyInput, Secret, Timestamp, checked::checked_model, expose_in_json, lenient, setters::setters,
    strict, wire_enum::wire_enum,
};

/// Body of the request, keys in this order. At least one of `provider` and `template_slug` is needed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ManagedSecretConnectSessionRequest {
    /// The managed secret's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The template's slug; deprecated in favour of `provider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_slug: Option<String>,
    /// The agent to delegate to, by id or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The agent by id; deprecated in favour of `agent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated_agent_id: Option<String>,
    /// The user who connects (a JWT).
    #[serde(serialize_with = "expose_in_json")]
    pub user_token: Secret,
    /// Seconds the delegation should live; not together with `grant_policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_ttl_seconds: Option<i64>,
    /// The origin that may embed the flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origin: Option<String>,
    /// Where the browser goes afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Whether the user may add rules of their own; sent only when `Some(false)`.
    #[serde(skip_serializing_if = "only_false")]
    pub allow_user_policy_rules: Option<bool>,
    /// Whether the agent may delegate further; sent only when true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delegable: bool,
    /// The grant's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_grant: Option<RequestedGrantInput>,
    /// How long the grant may live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<GrantPolicyInput>,
    /// Skip the consent screens; sent only when true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// The grant whose key is to be replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair_grant_id: Option<String>,
}

impl ManagedSecretConnectSessionRequest {
    /// A session for the managed secret of that slug and the user `user_token` proves.
    #[must_use]
    pub fn new(provider: impl Into<String>, user_token: Secret) -> Self {
        Self {
            provider: Some(provider.into()),
            template_slug: None,
            agent: None,
            delegated_agent_id: None,
            user_token,
            requested_ttl_seconds: None,
            allowed_origin: None,
            return_url: None,
            allow_user_policy_rules: None,
            delegable: false,
            requested_grant: None,
            grant_policy: None,
            direct: false,
            repair_grant_id: None,
        }
    }

    setters! {
        with_agent(agent: ?String);
        with_requested_ttl_seconds(requested_ttl_seconds: ?i64);
        with_allowed_origin(allowed_origin: ?String);
        with_return_url(return_url: ?String);
        with_requested_grant(requested_grant: ?RequestedGrantInput);
        with_grant_policy(grant_policy: ?GrantPolicyInput);
        with_repair_grant_id(repair_grant_id: ?String);
    }
}

wire_enum! {
    closed
    /// What the person has to do. Read tolerantly: another word is no path at all.
    ManagedSecretConnectPath = "managed-secret connect path" {
        /// Only confirm: the vault has what it needs.
        FastPath = "fast_path",
        /// Enter a key.
        KeyEntry = "key_entry",
        /// Replace the key of an existing grant.
        Repair = "repair",
    }
}

/// A session that was made. Both the token and the URL let whoever holds them finish the flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct ManagedSecretConnectSession {
    /// The session's token. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub session_token: Secret,
    /// Where to send the person; carries the token. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub connect_url: Secret,
    /// Seconds it lives, not negative.
    pub expires_in: i64,
    /// When it ends, as text. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub expires_at: String,
    /// Echo of the request's `delegable`.
    #[serde(default)]
    pub delegable_requested: bool,
    /// What the person has to do. An agent's own key is never told.
    #[serde(default, deserialize_with = "lenient::known_or_none")]
    pub path: Option<ManagedSecretConnectPath>,
    /// A grant the user has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing_grant_id: Option<String>,
    /// The consent screens are skipped.
    #[serde(default)]
    pub direct: bool,
    /// Echo of the request's `provider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_slug: Option<String>,
    /// The template behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_slug: Option<String>,
    /// The agent the grant will be delegated to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
}

checked_model!(ManagedSecretConnectSession);

impl ManagedSecretConnectSession {
    /// A session that lives until `expires_at`, which is `expires_in` seconds away. Its `path` is written even
    /// while it is null: official SDKs take its absence for an old backend.
    #[must_use]
    pub fn new(session_token: Secret, connect_url: Secret, expires_in: i64, expires_at: Timestamp) -> Self {
        Self {
            session_token,
            connect_url,
            expires_in,
            expires_at: expires_at.to_string(),
            delegable_requested: false,
            path: None,
            existing_grant_id: None,
            direct: false,
            secret_slug: None,
            template_slug: None,
            agent_id: None,
        }
    }

    setters! {
        with_path(path: ?ManagedSecretConnectPath);
        with_existing_grant_id(existing_grant_id: ?String);
        with_secret_slug(secret_slug: ?String);
        with_template_slug(template_slug: ?String);
        with_agent_id(agent_id: ?String);
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.expires_in >= 0 { Ok(()) } else { Err("expires_in must not be negative") }
    }
}
