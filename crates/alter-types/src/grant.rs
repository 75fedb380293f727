//! Listing and revoking grants (`spec/wire.md` 6.5.1 and 6.5.2).

use serde::{Deserialize, Serialize};

use crate::{GrantId, Secret, Timestamp, expose_optional_in_json};

/// Body of `POST /sdk/grants/list`. Filters are combined with AND.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListGrantsRequest {
    /// Page size, 1 to 1000.
    #[serde(default = "default_limit")]
    pub limit: u32,
    /// Entries to skip.
    #[serde(default)]
    pub offset: u64,
    /// Only this provider id or slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Only this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only this account at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Only this end user's grants (a JWT).
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub user_token: Option<Secret>,
}

fn default_limit() -> u32 {
    100
}

impl Default for ListGrantsRequest {
    fn default() -> Self {
        Self {
            limit: default_limit(),
            offset: 0,
            provider_id: None,
            status: None,
            account: None,
            label: None,
            user_token: None,
        }
    }
}

/// Who owns a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalType {
    /// An end user.
    User,
    /// A group of the identity provider.
    Group,
    /// The application itself.
    System,
    /// A managed agent.
    Agent,
}

/// How the caller reaches a grant it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessVia {
    /// It owns the grant.
    #[default]
    Ownership,
    /// A user delegated an OAuth grant.
    OauthDelegation,
    /// A managed-secret grant was delegated.
    MsDelegation,
}

/// One entry of a grant list, told apart by `grant_kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "grant_kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantListItem {
    /// A grant on an OAuth connection.
    Oauth(OAuthGrantItem),
    /// A grant on a managed secret.
    ManagedSecret(ManagedSecretGrantItem),
}

impl GrantListItem {
    /// The grant's id, as the vault spelt it.
    #[must_use]
    pub fn grant_id(&self) -> &str {
        match self {
            Self::Oauth(item) => &item.grant_id,
            Self::ManagedSecret(item) => &item.grant_id,
        }
    }

    /// `active`, `expired`, `revoked` or a newer word.
    #[must_use]
    pub fn status(&self) -> &str {
        match self {
            Self::Oauth(item) => &item.status,
            Self::ManagedSecret(item) => &item.status,
        }
    }
}

/// A grant on an OAuth connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuthGrantItem {
    /// The grant.
    pub grant_id: String,
    /// Its provider.
    pub provider_id: String,
    /// `active`, `expired`, `revoked` or a newer word.
    pub status: String,
    /// When it was made.
    pub created_at: String,
    /// Who owns it.
    pub principal_type: PrincipalType,
}

/// A grant on a managed secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ManagedSecretGrantItem {
    /// The grant.
    pub grant_id: String,
    /// The managed-secret provider.
    pub managed_secret_id: String,
    /// Its slug.
    pub managed_secret_slug: String,
    /// Its display name.
    pub managed_secret_name: String,
    /// `active`, `expired`, `revoked` or a newer word.
    pub status: String,
    /// When it was made.
    pub created_at: String,
    /// Who owns it.
    pub principal_type: PrincipalType,
    /// When it was last used.
    #[serde(default)]
    pub last_used_at: Option<String>,
    /// How the caller reaches it.
    #[serde(default)]
    pub access_via: AccessVia,
    /// Its label among siblings.
    #[serde(default)]
    pub label: Option<String>,
    /// When the grant itself ends.
    #[serde(default)]
    pub grant_expires_at: Option<String>,
    /// The credential behind it.
    #[serde(default)]
    pub credential_id: Option<String>,
}

impl ManagedSecretGrantItem {
    /// An active grant of the application itself.
    #[must_use]
    pub fn new(
        grant_id: GrantId,
        managed_secret_id: String,
        slug: String,
        name: String,
        created_at: Timestamp,
    ) -> Self {
        Self {
            grant_id: grant_id.to_string(),
            managed_secret_id,
            managed_secret_slug: slug,
            managed_secret_name: name,
            status: "active".to_owned(),
            created_at: created_at.to_string(),
            principal_type: PrincipalType::System,
            last_used_at: None,
            access_via: AccessVia::Ownership,
            label: None,
            grant_expires_at: None,
            credential_id: None,
        }
    }
}

/// A page of grants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnifiedGrantListResult {
    /// The entries of this page.
    pub grants: Vec<GrantListItem>,
    /// How many match in all.
    pub total: u64,
    /// Page size asked for.
    pub limit: u32,
    /// Entries skipped.
    pub offset: u64,
    /// Whether there are more after this page.
    pub has_more: bool,
}

impl UnifiedGrantListResult {
    /// A page that starts at `offset` of `total` matches.
    #[must_use]
    pub fn new(grants: Vec<GrantListItem>, total: u64, limit: u32, offset: u64) -> Self {
        let has_more = offset.saturating_add(grants.len() as u64) < total;
        Self { grants, total, limit, offset, has_more }
    }
}

/// Body of `POST /sdk/oauth/grants/{id}/revoke`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeGrantRequest {
    /// Why, for the audit trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Limits the revocation to this end user's grants (a JWT).
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub user_token: Option<Secret>,
}

/// A grant that is now revoked. All four fields are always present and not empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeGrantResult {
    /// Always true; a refusal is an error.
    pub success: bool,
    /// A sentence for people.
    pub message: String,
    /// The grant.
    pub grant_id: String,
    /// When the revocation took effect.
    pub revoked_at: String,
}

impl RevokeGrantResult {
    /// The answer for a grant revoked at `revoked_at`.
    #[must_use]
    pub fn new(grant_id: GrantId, revoked_at: Timestamp) -> Self {
        Self {
            success: true,
            message: "Grant revoked.".to_owned(),
            grant_id: grant_id.to_string(),
            revoked_at: revoked_at.to_string(),
        }
    }
}
