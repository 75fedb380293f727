//! The typed fields that error bodies bring along, one struct per shape.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{count, flag, integer, object, text, texts};

type Object = Map<String, Value>;

/// Which grant a failed lookup was about, as far as the backend said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GrantContext {
    /// The provider.
    pub provider_id: Option<String>,
    /// The agent that asked.
    pub agent_id: Option<String>,
    /// The application's user.
    pub app_user_id: Option<String>,
}

impl GrantContext {
    pub(crate) fn read(body: &Object) -> Self {
        Self {
            provider_id: text(body, "provider_id"),
            agent_id: text(body, "agent_id"),
            app_user_id: text(body, "app_user_id"),
        }
    }
}

/// The credential that no longer works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RevokedCredential {
    /// The grant that uses it.
    pub grant_id: Option<String>,
    /// The provider.
    pub provider_id: Option<String>,
    /// The application's user.
    pub app_user_id: Option<String>,
}

impl RevokedCredential {
    pub(crate) fn read(body: &Object) -> Self {
        Self {
            grant_id: text(body, "grant_id"),
            provider_id: text(body, "provider_id"),
            app_user_id: text(body, "app_user_id"),
        }
    }
}

/// Everything a caller needs to choose one of several matching grants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AmbiguousGrant {
    /// The provider that was named.
    pub provider_id: Option<String>,
    /// Accounts at the provider that match.
    pub account_identifiers: Vec<String>,
    /// The call named an account, and it was not enough.
    pub account_was_provided: bool,
    /// Users whose delegations match.
    pub app_user_ids: Vec<String>,
    /// Grants that match.
    pub grant_ids: Vec<String>,
    /// The same grants with what tells them apart.
    pub candidates: Vec<GrantCandidate>,
    /// More matched than are listed.
    pub candidates_truncated: bool,
}

impl AmbiguousGrant {
    pub(crate) fn read(body: &Object) -> Self {
        let candidates =
            body.get("candidates").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            provider_id: text(body, "provider_id"),
            account_identifiers: texts(body, "account_identifiers"),
            account_was_provided: flag(body, "account_was_provided"),
            app_user_ids: texts(body, "app_user_ids"),
            grant_ids: texts(body, "grant_ids"),
            candidates: candidates.iter().filter_map(GrantCandidate::read).collect(),
            candidates_truncated: flag(body, "candidates_truncated"),
        }
    }
}

/// One of several grants that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantCandidate {
    /// The grant.
    pub grant_id: String,
    /// Its label.
    #[serde(default)]
    pub label: Option<String>,
    /// The account at the provider.
    #[serde(default)]
    pub account_identifier: Option<String>,
    /// That account's display name.
    #[serde(default)]
    pub account_display_name: Option<String>,
}

impl GrantCandidate {
    /// A candidate known by its id alone.
    #[must_use]
    pub fn new(grant_id: impl Into<String>) -> Self {
        Self { grant_id: grant_id.into(), label: None, account_identifier: None, account_display_name: None }
    }

    fn read(entry: &Value) -> Option<Self> {
        let entry = entry.as_object()?;
        Some(Self {
            grant_id: text(entry, "grant_id")?,
            label: text(entry, "label"),
            account_identifier: text(entry, "account_identifier"),
            account_display_name: text(entry, "account_display_name"),
        })
    }
}

/// One of several credentials a grant could be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CredentialChoice {
    /// The credential.
    pub credential_id: String,
    /// Its label.
    pub label: String,
}

impl CredentialChoice {
    /// A credential and its label.
    #[must_use]
    pub fn new(credential_id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { credential_id: credential_id.into(), label: label.into() }
    }

    /// The choices of a `credential_id_required` body, which calls the id `id`.
    pub(crate) fn read_all(body: &Object) -> Vec<Self> {
        let entry = |entry: &Value| {
            let entry = entry.as_object()?;
            Some(Self { credential_id: text(entry, "id")?, label: text(entry, "label")? })
        };
        let choices = object(body, "details").and_then(|details| details.get("credentials")?.as_array());
        choices.map(|choices| choices.iter().filter_map(entry).collect()).unwrap_or_default()
    }
}

/// Which API-key scopes a route needs and the key has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct InsufficientScope {
    /// Scopes the route needs.
    pub required: Vec<String>,
    /// Scopes the key has.
    pub granted: Vec<String>,
    /// Scopes that would have to be added.
    pub missing: Vec<String>,
    /// Any single one of `missing` would do.
    pub required_any_of: bool,
    /// The version of the scope catalogue the key was made under.
    pub scope_version: Option<i64>,
    /// The version in force.
    pub current_scope_version: Option<i64>,
    /// Those two differ, and that is the reason.
    pub scope_version_mismatch: bool,
    /// Where to read more.
    pub documentation_url: Option<String>,
}

impl InsufficientScope {
    pub(crate) fn read(body: &Object) -> Self {
        Self {
            required: texts(body, "required"),
            granted: texts(body, "granted"),
            missing: texts(body, "missing"),
            required_any_of: flag(body, "required_any_of"),
            scope_version: integer(body, "scope_version"),
            current_scope_version: integer(body, "current_scope_version"),
            scope_version_mismatch: flag(body, "scope_version_mismatch"),
            documentation_url: text(body, "documentation_url"),
        }
    }
}

/// Which ceiling was hit and when it resets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimited {
    /// Seconds to wait, at most 3,600.
    pub retry_after: Option<u64>,
    /// `ip`, `api_key`, `organization`, or a newer word: some ceiling.
    pub scope: Option<String>,
    /// Requests per window.
    pub limit: Option<u64>,
    /// The window in seconds.
    pub window_seconds: Option<u64>,
}

impl RateLimited {
    pub(crate) fn read(body: &Object, retry_after: Option<u64>) -> Self {
        Self {
            retry_after,
            scope: text(body, "scope"),
            limit: count(body, "limit"),
            window_seconds: count(body, "window_seconds"),
        }
    }
}
