//! [`OAuthGrantItem`]: a grant on an OAuth connection, as a list shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{GrantKind, OAuthAccessVia};
use crate::{GrantId, NonGroupPrincipalType, Timestamp, lenient, origin, setters::setters, tag::tag};

tag!(OAuthTag = GrantKind::Oauth);

/// A grant on an OAuth connection. Times are text, kept as sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuthGrantItem {
    #[serde(default)]
    grant_kind: OAuthTag,
    /// The grant.
    pub grant_id: String,
    /// Its provider.
    pub provider_id: String,
    /// Scopes the provider granted.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The account at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_identifier: Option<String>,
    /// That account's display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_display_name: Option<String>,
    /// Where this account's API lives, where that differs by account: a bare `https` origin.
    #[serde(default, with = "origin", skip_serializing_if = "Option::is_none")]
    pub api_base_url: Option<String>,
    /// `active`, `expired`, `revoked` or a newer word.
    pub status: String,
    /// The grant lacks scopes the application now asks for.
    #[serde(default)]
    pub scope_mismatch: bool,
    /// The grant is active, but its provider token broke.
    #[serde(default)]
    pub needs_reconnect: bool,
    /// When the provider token ends.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When the grant itself ends.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub grant_expires_at: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Who owns it; `agent` marks a delegation.
    pub principal_type: NonGroupPrincipalType,
    /// How the caller reaches it.
    #[serde(default)]
    pub access_via: OAuthAccessVia,
    /// When it was delegated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated_at: Option<String>,
    /// The agents it was delegated to.
    #[serde(default)]
    pub delegated_agent_ids: Vec<String>,
    /// Its label among siblings.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The credential behind it.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// Its policy, as the backend shows it.
    #[serde(default, deserialize_with = "lenient::object_or_none", skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<Map<String, Value>>,
    /// The grant it was delegated from.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub parent_grant_id: Option<String>,
    /// How many delegations lie above it.
    #[serde(default, deserialize_with = "lenient::integer_or_zero")]
    pub depth: i64,
    /// Whether it may be delegated further.
    #[serde(default, deserialize_with = "lenient::bool_or_false")]
    pub delegable: bool,
    /// The scopes a delegation was narrowed to.
    #[serde(default, deserialize_with = "lenient::texts_or_none", skip_serializing_if = "Option::is_none")]
    pub scope_constraint: Option<Vec<String>>,
}

impl OAuthGrantItem {
    /// An active grant that its owner reaches directly.
    #[must_use]
    pub fn new(
        grant_id: GrantId,
        provider_id: impl Into<String>,
        principal_type: NonGroupPrincipalType,
        created_at: Timestamp,
    ) -> Self {
        Self {
            grant_kind: OAuthTag,
            grant_id: grant_id.to_string(),
            provider_id: provider_id.into(),
            scopes: Vec::new(),
            account_identifier: None,
            account_display_name: None,
            api_base_url: None,
            status: "active".to_owned(),
            scope_mismatch: false,
            needs_reconnect: false,
            expires_at: None,
            grant_expires_at: None,
            created_at: created_at.to_string(),
            last_used_at: None,
            principal_type,
            access_via: OAuthAccessVia::Ownership,
            delegated_at: None,
            delegated_agent_ids: Vec::new(),
            label: None,
            credential_id: None,
            grant_policy: None,
            parent_grant_id: None,
            depth: 0,
            delegable: false,
            scope_constraint: None,
        }
    }

    setters! {
        with_scopes(scopes: =Vec<String>);
        with_account_identifier(account_identifier: ?String);
        with_account_display_name(account_display_name: ?String);
        with_status(status: =String);
        with_expires_at(expires_at: ?String);
        with_grant_expires_at(grant_expires_at: ?String);
        with_last_used_at(last_used_at: ?String);
        with_label(label: ?String);
        with_credential_id(credential_id: ?String);
        with_grant_policy(grant_policy: ?Map<String, Value>);
    }
}
