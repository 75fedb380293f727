//! [`TokenRequest`]: the request for a credential.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{AddressedGrant, address::AddressKeys};
use crate::{GrantId, ProviderId, Secret, expose_optional_in_json, setters::setters};

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

    setters! {
        with_reason(reason: ?String);
        with_user_token(user_token: ?Secret);
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

/// The flat JSON object, keys in the protocol's order. Borrows everything when written.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<GrantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<Cow<'a, ProviderId>>,
    reason: Option<Cow<'a, str>>,
    request: Cow<'a, DeclaredRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    user_token: Option<Cow<'a, Secret>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_user_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'a, str>>,
}

impl Serialize for TokenRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AddressKeys { grant_id, provider_id, account, label, app_user_id } = (&self.grant).into();
        Body {
            grant_id,
            provider_id,
            reason: self.reason.as_deref().map(Cow::Borrowed),
            request: Cow::Borrowed(&self.request),
            user_token: self.user_token.as_ref().map(Cow::Borrowed),
            app_user_id,
            account,
            label,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TokenRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Body { grant_id, provider_id, reason, request, user_token, app_user_id, account, label } =
            Body::deserialize(deserializer)?;
        let keys = AddressKeys { grant_id, provider_id, account, label, app_user_id };
        Ok(Self {
            grant: keys.try_into().map_err(de::Error::custom)?,
            reason: reason.map(Cow::into_owned),
            request: request.into_owned(),
            user_token: user_token.map(Cow::into_owned),
        })
    }
}
