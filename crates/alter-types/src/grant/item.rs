//! [`GrantListItem`]: one entry of a grant list, told apart by `grant_kind`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, de::MapAccess};
use serde_json::{Map, Value};

use super::{GrantInfo, GrantKind, ManagedSecretGrantItem, OAuthGrantItem};
use crate::{
    PrincipalType,
    tagged::{self, Rest, Tagged},
};

/// One entry of a grant list.
///
/// Read on its own, an entry has to say its `grant_kind`. Within a page
/// ([`UnifiedGrantListResult`](super::UnifiedGrantListResult)) an entry without one is read as the first
/// generation's shape.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum GrantListItem {
    /// A grant on an OAuth connection.
    Oauth(OAuthGrantItem),
    /// A grant on a managed secret.
    ManagedSecret(ManagedSecretGrantItem),
    /// An OAuth grant as the first generation lists it, without `grant_kind`.
    Legacy(GrantInfo),
}

macro_rules! of_each {
    ($item:expr, $entry:ident => $value:expr) => {
        match $item {
            GrantListItem::Oauth($entry) => $value,
            GrantListItem::ManagedSecret($entry) => $value,
            GrantListItem::Legacy($entry) => $value,
        }
    };
}

impl GrantListItem {
    /// What the grant is on. The first generation knew OAuth connections only.
    #[must_use]
    pub const fn grant_kind(&self) -> GrantKind {
        match self {
            Self::ManagedSecret(_) => GrantKind::ManagedSecret,
            Self::Oauth(_) | Self::Legacy(_) => GrantKind::Oauth,
        }
    }

    /// The grant's id, as the vault spelt it.
    #[must_use]
    pub fn grant_id(&self) -> &str {
        of_each!(self, entry => &entry.grant_id)
    }

    /// `active`, `expired`, `revoked` or a newer word.
    #[must_use]
    pub fn status(&self) -> &str {
        of_each!(self, entry => &entry.status)
    }

    /// Its label among siblings.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        of_each!(self, entry => entry.label.as_deref())
    }

    /// Who owns it.
    #[must_use]
    pub fn principal_type(&self) -> PrincipalType {
        match self {
            Self::Oauth(entry) => entry.principal_type.into(),
            Self::ManagedSecret(entry) => entry.principal_type,
            Self::Legacy(entry) => entry.principal_type,
        }
    }

    /// When it was made, as text.
    #[must_use]
    pub fn created_at(&self) -> &str {
        of_each!(self, entry => &entry.created_at)
    }

    /// When it was last used, as text.
    #[must_use]
    pub fn last_used_at(&self) -> Option<&str> {
        of_each!(self, entry => entry.last_used_at.as_deref())
    }

    /// Its policy, as the backend shows it.
    #[must_use]
    pub fn grant_policy(&self) -> Option<&Map<String, Value>> {
        of_each!(self, entry => entry.grant_policy.as_ref())
    }

    /// The credential behind it.
    #[must_use]
    pub fn credential_id(&self) -> Option<&str> {
        of_each!(self, entry => entry.credential_id.as_deref())
    }

    /// How many delegations lie above it.
    #[must_use]
    pub fn depth(&self) -> i64 {
        match self {
            Self::Oauth(entry) => entry.depth,
            Self::ManagedSecret(entry) => entry.depth,
            Self::Legacy(_) => 0,
        }
    }

    /// Whether it may be delegated further.
    #[must_use]
    pub fn delegable(&self) -> bool {
        match self {
            Self::Oauth(entry) => entry.delegable,
            Self::ManagedSecret(entry) => entry.delegable,
            Self::Legacy(_) => false,
        }
    }
}

impl Serialize for GrantListItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        of_each!(self, entry => Serialize::serialize(entry, serializer))
    }
}

impl<'de> Deserialize<'de> for GrantListItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer)
    }
}

impl<'de> Tagged<'de> for GrantListItem {
    const TAG: &'static str = "grant_kind";

    fn read<A: MapAccess<'de>>(tag: Option<&str>, rest: Rest<'de, A>) -> Result<Self, A::Error> {
        let Some(tag) = tag else { return Err(de::Error::missing_field(Self::TAG)) };
        match tag.parse().map_err(de::Error::custom)? {
            GrantKind::Oauth => OAuthGrantItem::deserialize(rest).map(Self::Oauth),
            GrantKind::ManagedSecret => {
                <ManagedSecretGrantItem as Deserialize>::deserialize(rest).map(Self::ManagedSecret)
            }
        }
    }
}

/// An entry within a page: without a tag it is the first generation's.
struct PageEntry(GrantListItem);

impl<'de> Deserialize<'de> for PageEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer)
    }
}

impl<'de> Tagged<'de> for PageEntry {
    const TAG: &'static str = GrantListItem::TAG;

    fn read<A: MapAccess<'de>>(tag: Option<&str>, rest: Rest<'de, A>) -> Result<Self, A::Error> {
        match tag {
            Some(_) => GrantListItem::read(tag, rest).map(Self),
            None => GrantInfo::deserialize(rest).map(GrantListItem::Legacy).map(Self),
        }
    }
}

/// Reads the entries of a page.
pub(super) fn page<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<GrantListItem>, D::Error> {
    let entries = Vec::<PageEntry>::deserialize(deserializer)?;
    Ok(entries.into_iter().map(|entry| entry.0).collect()) // in place: the wrapper has the entry's layout
}
