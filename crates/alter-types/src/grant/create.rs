//! Making grants: on a managed secret, and as a sibling of an existing one (`docs/protocol.md` 6.8).

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    GrantId, GrantPolicyInput, Principal, PrincipalType, Timestamp, lenient, setters::setters, strict,
};

/// Body of `POST /sdk/managed-secrets/{id}/grants`. Unknown fields are refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CreateManagedSecretGrantRequest {
    /// Whom the grant is for.
    pub principal: Principal,
    /// How long it lives; always sent.
    #[serde(default)]
    pub grant_policy: GrantPolicyInput,
    /// The credential to use, where the provider holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
}

impl CreateManagedSecretGrantRequest {
    /// A grant for that principal.
    #[must_use]
    pub fn new(principal: impl Into<Principal>) -> Self {
        Self { principal: principal.into(), grant_policy: GrantPolicyInput::default(), credential_id: None }
    }

    setters! {
        with_grant_policy(grant_policy: =GrantPolicyInput);
        with_credential_id(credential_id: ?String);
    }
}

/// The grant that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateGrantResult {
    /// The grant.
    pub grant_id: String,
    /// Whom it is for.
    pub principal_type: PrincipalType,
    /// Its label; always on the wire, null included.
    #[serde(deserialize_with = "strict::present")]
    pub label: Option<String>,
    /// When it was made, as text.
    pub created_at: String,
    /// The credential it uses. Empty text reads as none.
    #[serde(default, deserialize_with = "filled_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
}

impl CreateGrantResult {
    /// A grant made at `created_at`.
    #[must_use]
    pub fn new(
        grant_id: GrantId,
        principal_type: PrincipalType,
        label: Option<String>,
        created_at: Timestamp,
    ) -> Self {
        let (grant_id, created_at) = (grant_id.to_string(), created_at.to_string());
        Self { grant_id, principal_type, label, created_at, credential_id: None }
    }

    setters! { with_credential_id(credential_id: ?String); }
}

fn filled_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(lenient::text_or_none(deserializer)?.filter(|text| !text.is_empty()))
}

/// Body of `POST /sdk/grants/{id}/mint`: a sibling grant on the same credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MintGrantRequest {
    /// Its label, unique among siblings. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub label: String,
    /// How long it lives; `default_ttl_seconds` has no meaning here and is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<GrantPolicyInput>,
    /// Tags for the operator's rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_tags: Option<Vec<String>>,
}

impl MintGrantRequest {
    /// A sibling with that label.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), grant_policy: None, grant_tags: None }
    }

    setters! {
        with_grant_policy(grant_policy: ?GrantPolicyInput);
        with_grant_tags(grant_tags: ?Vec<String>);
    }
}
