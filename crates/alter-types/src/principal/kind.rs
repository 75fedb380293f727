//! Who owns a grant, in one word.

use crate::wire_enum::wire_enum;

wire_enum! {
    closed
    /// Who owns a grant.
    PrincipalType = "principal type" {
        /// An end user.
        User = "user",
        /// A group of the identity provider.
        Group = "group",
        /// The application itself.
        System = "system",
        /// A managed agent.
        Agent = "agent",
    }
}

wire_enum! {
    closed
    /// Who owns a grant on an OAuth connection, which groups cannot.
    NonGroupPrincipalType = "principal type other than a group" {
        /// An end user.
        User = "user",
        /// The application itself.
        System = "system",
        /// A managed agent, by delegation.
        Agent = "agent",
    }
}

impl From<NonGroupPrincipalType> for PrincipalType {
    fn from(kind: NonGroupPrincipalType) -> Self {
        match kind {
            NonGroupPrincipalType::User => Self::User,
            NonGroupPrincipalType::System => Self::System,
            NonGroupPrincipalType::Agent => Self::Agent,
        }
    }
}
