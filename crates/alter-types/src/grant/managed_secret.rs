//! [`ManagedSecretGrantItem`]: a grant on a managed secret, as a list shows it.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

use super::{
    CredentialKind, GrantKind, ManagedSecretAccessVia,
    implied_owner::{self, ImpliedOwner},
};
use crate::{GrantId, PrincipalType, Timestamp, lenient, setters::setters, tag::tag};

tag!(ManagedSecretTag = GrantKind::ManagedSecret);

/// A grant on a managed secret. Times are text, kept as sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct ManagedSecretGrantItem {
    #[serde(default)]
    grant_kind: ManagedSecretTag,
    /// The grant.
    pub grant_id: String,
    /// The managed-secret provider.
    pub managed_secret_id: String,
    /// Its slug: what calls name as the provider.
    pub managed_secret_slug: String,
    /// Its display name.
    pub managed_secret_name: String,
    /// The agent that owns it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Its label among siblings.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `active`, `expired`, `revoked` or a newer word.
    pub status: String,
    /// The account the credential belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_identifier: Option<String>,
    /// Its policy, as the backend shows it.
    #[serde(default, deserialize_with = "lenient::object_or_none", skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<Map<String, Value>>,
    /// When the credential ends.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When the grant itself ends.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub grant_expires_at: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Who owns it. The first generation leaves it out for an agent's grant, which names the agent instead.
    pub principal_type: PrincipalType,
    /// How the caller reaches it.
    #[serde(default)]
    pub access_via: ManagedSecretAccessVia,
    /// When it was delegated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated_at: Option<String>,
    /// The grant it was delegated from.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub parent_grant_id: Option<String>,
    /// How many delegations lie above it.
    #[serde(default, deserialize_with = "lenient::integer_or_zero")]
    pub depth: i64,
    /// Whether it may be delegated further.
    #[serde(default, deserialize_with = "lenient::bool_or_false")]
    pub delegable: bool,
    /// The scopes a delegation was narrowed to.
    #[serde(default, deserialize_with = "lenient::texts_or_none", skip_serializing_if = "Option::is_none")]
    pub scope_constraint: Option<Vec<String>>,
    /// The credential behind it.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// Whose credential that is.
    #[serde(default, deserialize_with = "lenient::known_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_kind: Option<CredentialKind>,
    /// Its label.
    #[serde(default, deserialize_with = "lenient::text_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_label: Option<String>,
}

impl Serialize for ManagedSecretGrantItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for ManagedSecretGrantItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = ManagedSecretGrantItem;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a managed-secret grant")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                let implied = Cell::new(false);
                let entries = ImpliedOwner::new(entries, &implied);
                let item = ManagedSecretGrantItem::deserialize(MapAccessDeserializer::new(entries))?;
                if implied.get() && item.agent_id.is_none() {
                    return Err(de::Error::missing_field(implied_owner::KEY));
                }
                Ok(item)
            }
        }
        deserializer.deserialize_map(Entry)
    }
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
            grant_kind: ManagedSecretTag,
            grant_id: grant_id.to_string(),
            managed_secret_id,
            managed_secret_slug: slug,
            managed_secret_name: name,
            agent_id: None,
            label: None,
            status: "active".to_owned(),
            account_identifier: None,
            grant_policy: None,
            expires_at: None,
            grant_expires_at: None,
            created_at: created_at.to_string(),
            last_used_at: None,
            principal_type: PrincipalType::System,
            access_via: ManagedSecretAccessVia::Ownership,
            delegated_at: None,
            parent_grant_id: None,
            depth: 0,
            delegable: false,
            scope_constraint: None,
            credential_id: None,
            credential_kind: None,
            credential_label: None,
        }
    }

    setters! {
        with_principal_type(principal_type: =PrincipalType);
        with_agent_id(agent_id: ?String);
        with_status(status: =String);
        with_label(label: ?String);
        with_account_identifier(account_identifier: ?String);
        with_expires_at(expires_at: ?String);
        with_grant_expires_at(grant_expires_at: ?String);
        with_last_used_at(last_used_at: ?String);
        with_credential_id(credential_id: ?String);
        with_grant_policy(grant_policy: ?Map<String, Value>);
    }
}
