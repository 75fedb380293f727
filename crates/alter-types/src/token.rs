//! `POST /sdk/token`: the request for a credential and the answer that releases one (`spec/wire.md` 6.2.1).

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize, de};
use uuid::Uuid;

use crate::{GrantId, ProviderId, Secret, Timestamp, expose_in_json, expose_optional_in_json};

/// Which grant a call uses: one by its id, or the one that matches a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressedGrant {
    /// Exactly this grant.
    Grant(GrantId),
    /// The single grant the caller can reach that matches.
    Provider(ProviderAddress),
}

/// Addressing by provider. Every set field narrows; the match has to be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderAddress {
    /// OAuth provider id, or a managed secret's slug.
    pub provider_id: ProviderId,
    /// The account at the provider, for example an e-mail address.
    pub account: Option<String>,
    /// The grant's label.
    pub label: Option<String>,
    /// The application's user, where an agent holds delegations of several.
    pub app_user_id: Option<String>,
}

impl ProviderAddress {
    /// Any grant of this provider.
    #[must_use]
    pub fn new(provider_id: ProviderId) -> Self {
        Self { provider_id, account: None, label: None, app_user_id: None }
    }
}

/// The call a credential is wanted for, as declared to the vault: policy and audit see exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeclaredRequest {
    /// HTTP method, upper case.
    pub method: String,
    /// The URL that will be called, query excluded.
    pub url: String,
}

impl DeclaredRequest {
    /// A call of `method` on `url`.
    #[must_use]
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into() }
    }
}

/// Body of `POST /sdk/token`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The grant to use.
    pub grant: AddressedGrant,
    /// Why, for the audit trail.
    pub reason: Option<String>,
    /// The call it is wanted for.
    pub request: DeclaredRequest,
    /// The end user's JWT.
    pub user_token: Option<Secret>,
}

impl TokenRequest {
    /// A request with no reason and no user token.
    #[must_use]
    pub fn new(grant: AddressedGrant, request: DeclaredRequest) -> Self {
        Self { grant, reason: None, request, user_token: None }
    }
}

/// The flat JSON object; which keys are present depends on the addressing.
#[derive(Serialize, Deserialize)]
struct FlatTokenRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant_id: Option<GrantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_id: Option<ProviderId>,
    #[serde(default)]
    reason: Option<String>,
    request: DeclaredRequest,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    user_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl Serialize for TokenRequest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (grant_id, address) = match &self.grant {
            AddressedGrant::Grant(id) => (Some(*id), None),
            AddressedGrant::Provider(address) => (None, Some(address.clone())),
        };
        let (provider_id, account, label, app_user_id) = match address {
            Some(a) => (Some(a.provider_id), a.account, a.label, a.app_user_id),
            None => (None, None, None, None),
        };
        FlatTokenRequest {
            grant_id,
            provider_id,
            reason: self.reason.clone(),
            request: self.request.clone(),
            user_token: self.user_token.clone(),
            app_user_id,
            account,
            label,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TokenRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = FlatTokenRequest::deserialize(deserializer)?;
        let grant = address(flat.grant_id, flat.provider_id, flat.account, flat.label, flat.app_user_id)
            .map_err(de::Error::custom)?;
        Ok(Self { grant, reason: flat.reason, request: flat.request, user_token: flat.user_token })
    }
}

/// Turns the flat addressing keys into one of the two forms, or says which rule they break.
pub(crate) fn address(
    grant_id: Option<GrantId>,
    provider_id: Option<ProviderId>,
    account: Option<String>,
    label: Option<String>,
    app_user_id: Option<String>,
) -> Result<AddressedGrant, &'static str> {
    match (grant_id, provider_id) {
        (Some(_), Some(_)) => Err("grant_id and provider_id exclude each other"),
        (None, None) => Err("one of grant_id and provider_id is required"),
        (Some(id), None) if account.is_none() && label.is_none() && app_user_id.is_none() => {
            Ok(AddressedGrant::Grant(id))
        }
        (Some(_), None) => Err("account, label and app_user_id go with provider_id only"),
        (None, Some(provider_id)) => {
            Ok(AddressedGrant::Provider(ProviderAddress { provider_id, account, label, app_user_id }))
        }
    }
}

/// Where an additional injection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InjectionTarget {
    /// A request header.
    Header,
    /// A query parameter of the URL.
    QueryParam,
}

/// Where an additional injection takes its value from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// The main credential (`token`).
    Token,
    /// A named entry of `additional_credentials`.
    Additional(String),
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Additional(name) => write!(f, "additional_credentials.{name}"),
        }
    }
}

impl Serialize for ValueSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ValueSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "token" {
            return Ok(Self::Token);
        }
        let well_formed = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        text.strip_prefix("additional_credentials.")
            .filter(|name| text.len() <= 100 && well_formed(name))
            .map(|name| Self::Additional(name.to_owned()))
            .ok_or_else(|| {
                de::Error::custom("value_source: expected `token` or `additional_credentials.<name>`")
            })
    }
}

/// One additional injection of a credential part. Unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct InjectionRule {
    /// Header or query parameter.
    pub target: InjectionTarget,
    /// Its name.
    pub key: String,
    /// What goes into it.
    pub value_source: ValueSource,
}

/// Success body of `POST /sdk/token`.
///
/// Optional keys that are unset are left out, never null: official SDKs refuse `"scopes": null` and its like.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenWire {
    /// The credential itself.
    #[serde(serialize_with = "expose_in_json")]
    pub access_token: Secret,
    /// The grant that was used.
    pub grant_id: GrantId,
    /// `Bearer` unless said otherwise. Descriptive; the header is built from `injection_format`.
    #[serde(default = "bearer")]
    pub token_type: String,
    /// Seconds until the credential stops working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The same instant, absolute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Scopes the provider granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Provider id or slug. May be empty.
    #[serde(default)]
    pub provider_id: String,
    /// Which generation of the credential this is; echoed in the audit report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_generation: Option<Uuid>,
    /// The grant lacks scopes the application now asks for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scope_mismatch: bool,
    /// Header the credential goes into.
    #[serde(default = "authorization")]
    pub injection_header: String,
    /// Its value, with the first `{token}` replaced by the credential.
    #[serde(default = "bearer_token")]
    pub injection_format: String,
    /// Named extra parts of the credential.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_map_in_json")]
    pub additional_credentials: Option<BTreeMap<String, Secret>>,
    /// Further headers or query parameters to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_injections: Option<Vec<InjectionRule>>,
}

impl TokenWire {
    /// A bearer credential released through `grant_id`.
    #[must_use]
    pub fn new(access_token: Secret, grant_id: GrantId) -> Self {
        Self {
            access_token,
            grant_id,
            token_type: bearer(),
            expires_in: None,
            expires_at: None,
            scopes: Vec::new(),
            provider_id: String::new(),
            token_generation: None,
            scope_mismatch: false,
            injection_header: authorization(),
            injection_format: bearer_token(),
            additional_credentials: None,
            additional_injections: None,
        }
    }
}

fn bearer() -> String {
    "Bearer".to_owned()
}

fn authorization() -> String {
    "Authorization".to_owned()
}

fn bearer_token() -> String {
    "Bearer {token}".to_owned()
}

fn expose_map_in_json<S: serde::Serializer>(
    map: &Option<BTreeMap<String, Secret>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match map {
        Some(map) => serializer.collect_map(map.iter().map(|(name, secret)| (name, secret.expose()))),
        None => serializer.serialize_none(),
    }
}
