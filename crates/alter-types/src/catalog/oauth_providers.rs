//! The OAuth providers of a backend (`GET /sdk/oauth/provider-catalog`). Clients keep it for 300 seconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::setters::setters;

/// Every active provider, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuthProviderCatalog {
    /// Provider id to entry.
    pub providers: BTreeMap<String, OAuthProviderCatalogItem>,
}

impl OAuthProviderCatalog {
    /// These providers.
    #[must_use]
    pub fn new(providers: BTreeMap<String, OAuthProviderCatalogItem>) -> Self {
        Self { providers }
    }

    /// The scopes that provider is asked for unless said otherwise; none if it is unknown.
    #[must_use]
    pub fn default_scopes(&self, provider_id: &str) -> &[String] {
        self.providers.get(provider_id).map(|entry| entry.default_scopes.as_slice()).unwrap_or_default()
    }

    /// The scopes that provider is always asked for; none if it is unknown.
    #[must_use]
    pub fn required_scopes(&self, provider_id: &str) -> &[String] {
        self.providers.get(provider_id).map(|entry| entry.required_scopes.as_slice()).unwrap_or_default()
    }
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuthProviderCatalogItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// The group it is shown in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// Its tokens can be refreshed.
    pub supports_refresh: bool,
    /// It supports PKCE (RFC 7636).
    pub supports_pkce: bool,
    /// Scope to what it is.
    pub available_scopes: BTreeMap<String, OAuthProviderScopeInfo>,
    /// The scopes it is asked for unless said otherwise.
    pub default_scopes: Vec<String>,
    /// The scopes it is always asked for.
    pub required_scopes: Vec<String>,
    /// `active` or a newer word.
    pub status: String,
}

impl OAuthProviderCatalogItem {
    /// An active provider with refresh and PKCE and no scopes.
    #[must_use]
    pub fn new(id: impl Into<String>, display_name: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            display_name: display_name.into(),
            category: None,
            description: None,
            logo_url: None,
            supports_refresh: true,
            supports_pkce: true,
            available_scopes: BTreeMap::new(),
            default_scopes: Vec::new(),
            required_scopes: Vec::new(),
            status: "active".to_owned(),
        }
    }

    setters! {
        with_category(category: ?String);
        with_description(description: ?String);
        with_logo_url(logo_url: ?String);
        with_available_scopes(available_scopes: =BTreeMap<String, OAuthProviderScopeInfo>);
        with_default_scopes(default_scopes: =Vec<String>);
        with_required_scopes(required_scopes: =Vec<String>);
    }
}

/// One scope of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuthProviderScopeInfo {
    /// What it allows.
    pub description: String,
    /// It is always asked for.
    pub required: bool,
    /// It is asked for unless said otherwise.
    pub is_default: bool,
    /// The scopes it depends on.
    pub requires: Vec<String>,
}

impl OAuthProviderScopeInfo {
    /// A scope that is only asked for when named.
    #[must_use]
    pub fn new(description: impl Into<String>) -> Self {
        Self { description: description.into(), required: false, is_default: false, requires: Vec::new() }
    }
}
