//! Listing grants (`POST /sdk/grants/list`, `docs/protocol.md` 6.5).

use serde::{Deserialize, Serialize};

use super::{GrantListItem, item};
use crate::{Secret, expose_optional_in_json, lenient, setters::setters};

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

impl ListGrantsRequest {
    setters! {
        with_limit(limit: =u32);
        with_offset(offset: =u64);
        with_provider_id(provider_id: ?String);
        with_status(status: ?String);
        with_account(account: ?String);
        with_label(label: ?String);
        with_user_token(user_token: ?Secret);
    }
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

/// A page of grants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnifiedGrantListResult {
    /// The entries of this page, those of the first generation included. One unreadable entry fails the page.
    #[serde(deserialize_with = "item::page")]
    pub grants: Vec<GrantListItem>,
    /// How many match in all.
    #[serde(deserialize_with = "lenient::whole_number")]
    pub total: u64,
    /// Page size asked for.
    #[serde(deserialize_with = "lenient::whole_number")]
    pub limit: u32,
    /// Entries skipped.
    #[serde(deserialize_with = "lenient::whole_number")]
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
