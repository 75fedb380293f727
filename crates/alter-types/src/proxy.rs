//! `POST /sdk/proxy`: the call the vault makes itself (`spec/wire.md` 6.2.2). What comes back is an
//! [`ApprovalResult`](crate::ApprovalResult) or a [`PendingApproval`](crate::PendingApproval).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de};
use serde_json::{Map, Value};

use crate::{AddressedGrant, GrantId, ProviderId, Secret, expose_optional_in_json, token::address};

/// Body of `POST /sdk/proxy`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProxyRequest {
    /// HTTP method, upper case.
    pub method: String,
    /// The URL to call.
    pub url: String,
    /// The grant to use.
    pub grant: AddressedGrant,
    /// The end user's JWT.
    pub user_token: Option<Secret>,
    /// JSON body. `None` sends no body.
    pub body: Option<Value>,
    /// Extra request headers.
    pub headers: BTreeMap<String, String>,
    /// Query parameters; a list repeats its parameter. Merged into the URL's own query, these win.
    pub query_params: Map<String, Value>,
    /// Why, for the audit trail and for the person who approves.
    pub reason: Option<String>,
}

impl ProxyRequest {
    /// A call without body, headers, parameters or reason.
    #[must_use]
    pub fn new(grant: AddressedGrant, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            grant,
            user_token: None,
            body: None,
            headers: BTreeMap::new(),
            query_params: Map::new(),
            reason: None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct FlatProxyRequest {
    method: String,
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant_id: Option<GrantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_id: Option<ProviderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    user_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    query_params: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Serialize for ProxyRequest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (grant_id, provider) = match &self.grant {
            AddressedGrant::Grant(id) => (Some(*id), None),
            AddressedGrant::Provider(address) => (None, Some(address.clone())),
        };
        let (provider_id, account, label, app_user_id) = match provider {
            Some(a) => (Some(a.provider_id), a.account, a.label, a.app_user_id),
            None => (None, None, None, None),
        };
        FlatProxyRequest {
            method: self.method.clone(),
            url: self.url.clone(),
            grant_id,
            provider_id,
            account,
            label,
            user_token: self.user_token.clone(),
            app_user_id,
            body: self.body.clone(),
            headers: self.headers.clone(),
            query_params: self.query_params.clone(),
            reason: self.reason.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ProxyRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = FlatProxyRequest::deserialize(deserializer)?;
        let grant = address(flat.grant_id, flat.provider_id, flat.account, flat.label, flat.app_user_id)
            .map_err(de::Error::custom)?;
        Ok(Self {
            method: flat.method,
            url: flat.url,
            grant,
            user_token: flat.user_token,
            body: flat.body,
            headers: flat.headers,
            query_params: flat.query_params,
            reason: flat.reason,
        })
    }
}
