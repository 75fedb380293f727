//! [`Principal`]: who a grant is made for.

mod arms;
mod kind;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, de::MapAccess};

pub use arms::{AgentPrincipal, GroupPrincipal, SystemPrincipal, UserPrincipal};
pub use kind::{NonGroupPrincipalType, PrincipalType};

use crate::{
    error::ValueError,
    tagged::{self, Rest, Tagged},
};

/// Whom a managed-secret grant is for, told apart by `type`. Unknown fields are refused in every arm, since a
/// misspelt one would widen the grant.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Principal {
    /// An end user, proven by a token.
    User(UserPrincipal),
    /// A group of the identity provider.
    Group(GroupPrincipal),
    /// The application itself.
    System(SystemPrincipal),
    /// The calling agent.
    Agent(AgentPrincipal),
}

impl Principal {
    /// The kind of principal.
    #[must_use]
    pub const fn principal_type(&self) -> PrincipalType {
        match self {
            Self::User(_) => PrincipalType::User,
            Self::Group(_) => PrincipalType::Group,
            Self::System(_) => PrincipalType::System,
            Self::Agent(_) => PrincipalType::Agent,
        }
    }

    /// Checks what a caller filled in.
    ///
    /// # Errors
    /// [`ValueError`] if a text is empty where one is needed, or too long.
    pub fn validate(&self) -> Result<(), ValueError> {
        let checked = match self {
            Self::User(principal) => principal.check(),
            Self::Group(principal) => principal.check(),
            Self::System(principal) => principal.check(),
            Self::Agent(principal) => principal.check(),
        };
        checked.map_err(ValueError::argument)
    }

    /// The label of the grant.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::User(principal) => Some(&principal.label),
            Self::Group(principal) => Some(&principal.label),
            Self::System(principal) => principal.label.as_deref(),
            Self::Agent(principal) => principal.label.as_deref(),
        }
    }
}

/// Sends the user token of a [`UserPrincipal`]: that is what the body is for.
impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(principal) => Serialize::serialize(principal, serializer),
            Self::Group(principal) => Serialize::serialize(principal, serializer),
            Self::System(principal) => Serialize::serialize(principal, serializer),
            Self::Agent(principal) => Serialize::serialize(principal, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        tagged::deserialize(deserializer)
    }
}

impl<'de> Tagged<'de> for Principal {
    const TAG: &'static str = "type";

    fn read<A: MapAccess<'de>>(tag: Option<&str>, rest: Rest<'de, A>) -> Result<Self, A::Error> {
        let Some(tag) = tag else { return Err(de::Error::missing_field(Self::TAG)) };
        match tag.parse().map_err(de::Error::custom)? {
            PrincipalType::User => Deserialize::deserialize(rest).map(Self::User),
            PrincipalType::Group => Deserialize::deserialize(rest).map(Self::Group),
            PrincipalType::System => Deserialize::deserialize(rest).map(Self::System),
            PrincipalType::Agent => Deserialize::deserialize(rest).map(Self::Agent),
        }
    }
}
