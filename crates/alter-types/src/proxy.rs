//! `POST /sdk/proxy`: the call the vault makes itself (`docs/protocol.md` 6.3). What comes back is an
//! [`ApprovalResult`](crate::ApprovalResult) or a [`PendingApproval`](crate::PendingApproval).

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    AddressedGrant, GrantId, ProviderId, Secret, expose_optional_in_json, setters::setters,
    token::AddressKeys,
};

/// Body of `POST /sdk/proxy`. `Debug` shows names of headers and parameters, never values or the body.
#[derive(Clone)]
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

    setters! {
        with_user_token(user_token: ?Secret);
        with_body(body: ?Value);
        with_headers(headers: =BTreeMap<String, String>);
        with_query_params(query_params: =Map<String, Value>);
        with_reason(reason: ?String);
    }
}

impl std::fmt::Debug for ProxyRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyRequest")
            .field("method", &self.method)
            .field("grant", &self.grant)
            .field("has_body", &self.body.is_some())
            .field("headers", &self.headers.keys())
            .field("query_params", &self.query_params.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The flat JSON object, keys in the protocol's order. Borrows everything when written.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    method: Cow<'a, str>,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<GrantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<Cow<'a, ProviderId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    user_token: Option<Cow<'a, Secret>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_user_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "no_headers")]
    headers: Cow<'a, BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "no_params")]
    query_params: Cow<'a, Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

fn no_headers(headers: &BTreeMap<String, String>) -> bool {
    headers.is_empty()
}

fn no_params(params: &Map<String, Value>) -> bool {
    params.is_empty()
}

impl Serialize for ProxyRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AddressKeys { grant_id, provider_id, account, label, app_user_id } = (&self.grant).into();
        Body {
            method: Cow::Borrowed(&self.method),
            url: Cow::Borrowed(&self.url),
            grant_id,
            provider_id,
            account,
            label,
            user_token: self.user_token.as_ref().map(Cow::Borrowed),
            app_user_id,
            body: self.body.as_ref().map(Cow::Borrowed),
            headers: Cow::Borrowed(&self.headers),
            query_params: Cow::Borrowed(&self.query_params),
            reason: self.reason.as_deref().map(Cow::Borrowed),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ProxyRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = Body::deserialize(deserializer)?;
        let keys = AddressKeys {
            grant_id: flat.grant_id,
            provider_id: flat.provider_id,
            account: flat.account,
            label: flat.label,
            app_user_id: flat.app_user_id,
        };
        Ok(Self {
            method: flat.method.into_owned(),
            url: flat.url.into_owned(),
            grant: keys.try_into().map_err(de::Error::custom)?,
            user_token: flat.user_token.map(Cow::into_owned),
            body: flat.body.map(Cow::into_owned),
            headers: flat.headers.into_owned(),
            query_params: flat.query_params.into_owned(),
            reason: flat.reason.map(Cow::into_owned),
        })
    }
}
