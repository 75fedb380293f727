//! [`GrantInfo`]: a grant as minting returns it, and as the first generation listed it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{GrantId, PrincipalType, Timestamp, lenient, origin, setters::setters};

/// A grant on an OAuth connection. Times are text, kept as sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantInfo {
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
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Who owns it.
    pub principal_type: PrincipalType,
    /// Its label among siblings.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The credential behind it.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// Its policy, as the backend shows it.
    #[serde(default, deserialize_with = "lenient::object_or_none", skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<Map<String, Value>>,
}

impl GrantInfo {
    /// An active grant.
    #[must_use]
    pub fn new(
        grant_id: GrantId,
        provider_id: impl Into<String>,
        principal_type: PrincipalType,
        created_at: Timestamp,
    ) -> Self {
        Self {
            grant_id: grant_id.to_string(),
            provider_id: provider_id.into(),
            scopes: Vec::new(),
            account_identifier: None,
            account_display_name: None,
            api_base_url: None,
            status: "active".to_owned(),
            scope_mismatch: false,
            expires_at: None,
            created_at: created_at.to_string(),
            last_used_at: None,
            principal_type,
            label: None,
            credential_id: None,
            grant_policy: None,
        }
    }

    setters! {
        with_scopes(scopes: =Vec<String>);
        with_account_identifier(account_identifier: ?String);
        with_expires_at(expires_at: ?String);
        with_label(label: ?String);
        with_credential_id(credential_id: ?String);
        with_grant_policy(grant_policy: ?Map<String, Value>);
    }
}

/// A page of the first generation, whose entries have no `grant_kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LegacyGrantListResult {
    /// The entries of this page.
    pub grants: Vec<GrantInfo>,
    /// How many match in all.
    pub total: u64,
    /// Page size asked for.
    pub limit: u32,
    /// Entries skipped.
    pub offset: u64,
    /// Whether there are more after this page.
    pub has_more: bool,
}
