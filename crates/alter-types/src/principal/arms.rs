//! The four kinds of principal, each also readable and writable on its own.

use serde::{Deserialize, Serialize};

use super::{Principal, PrincipalType};
use crate::{Secret, checked::checked_model, expose_in_json, strict::characters, tag::tag};

tag!(UserTag = PrincipalType::User);
tag!(GroupTag = PrincipalType::Group);
tag!(SystemTag = PrincipalType::System);
tag!(AgentTag = PrincipalType::Agent);

/// An end user, proven by a token of the application's identity provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct UserPrincipal {
    #[serde(rename = "type", default)]
    tag: UserTag,
    /// The user's JWT, 1 to 8192 characters.
    #[serde(serialize_with = "expose_in_json")]
    pub user_token: Secret,
    /// The label of the grant, 1 to 255 characters.
    pub label: String,
}

/// A group of the application's identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct GroupPrincipal {
    #[serde(rename = "type", default)]
    tag: GroupTag,
    /// The group's stable id at the identity provider, 1 to 255 characters.
    pub external_group_id: String,
    /// The identity provider's id in the application, 1 to 255 characters.
    pub idp_id: String,
    /// The label of the grant, 1 to 255 characters.
    pub label: String,
}

/// The application itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct SystemPrincipal {
    #[serde(rename = "type", default)]
    tag: SystemTag,
    /// The label of the grant, at most 255 characters.
    pub label: Option<String>,
}

/// The calling agent; the backend takes its id from the key.
///
/// An agent's own key, or an application key that acts as an agent, is accepted; an application key alone is
/// refused with 422, and so is every key by the official hosted backend.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct AgentPrincipal {
    #[serde(rename = "type", default)]
    tag: AgentTag,
    /// The label of the grant, at most 255 characters.
    pub label: Option<String>,
}

checked_model!(UserPrincipal, GroupPrincipal, SystemPrincipal, AgentPrincipal);

impl UserPrincipal {
    /// The user that `user_token` proves, with a label for the grant.
    #[must_use]
    pub fn new(user_token: Secret, label: impl Into<String>) -> Self {
        Self { tag: UserTag, user_token, label: label.into() }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !characters(self.user_token.expose(), 1, 8192) {
            return Err("user_token: expected 1 to 8192 characters");
        }
        required_label(&self.label)
    }
}

impl GroupPrincipal {
    /// A group of one identity provider, with a label for the grant.
    #[must_use]
    pub fn new(
        external_group_id: impl Into<String>,
        idp_id: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            tag: GroupTag,
            external_group_id: external_group_id.into(),
            idp_id: idp_id.into(),
            label: label.into(),
        }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !characters(&self.external_group_id, 1, 255) || !characters(&self.idp_id, 1, 255) {
            return Err("external_group_id and idp_id: expected 1 to 255 characters");
        }
        required_label(&self.label)
    }
}

impl SystemPrincipal {
    /// The application, with or without a label for the grant.
    #[must_use]
    pub fn new(label: Option<String>) -> Self {
        Self { tag: SystemTag, label }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        optional_label(self.label.as_deref())
    }
}

impl AgentPrincipal {
    /// The calling agent, with or without a label for the grant.
    #[must_use]
    pub fn new(label: Option<String>) -> Self {
        Self { tag: AgentTag, label }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        optional_label(self.label.as_deref())
    }
}

fn required_label(label: &str) -> Result<(), &'static str> {
    if characters(label, 1, 255) { Ok(()) } else { Err("label: expected 1 to 255 characters") }
}

fn optional_label(label: Option<&str>) -> Result<(), &'static str> {
    let fits = label.is_none_or(|label| characters(label, 0, 255));
    if fits { Ok(()) } else { Err("label: expected at most 255 characters") }
}

macro_rules! into_principal {
    ($($arm:ident => $variant:ident),*) => {$(
        impl From<$arm> for Principal {
            fn from(principal: $arm) -> Self {
                Self::$variant(principal)
            }
        }
    )*};
}

into_principal!(UserPrincipal => User, GroupPrincipal => Group, SystemPrincipal => System, AgentPrincipal => Agent);
