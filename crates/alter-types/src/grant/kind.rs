//! The words that describe a grant: its kind, how the caller reaches it, whose credential it uses.

use crate::wire_enum::wire_enum;

wire_enum! {
    closed
    /// What a grant is on.
    GrantKind = "grant kind" {
        /// An OAuth connection.
        Oauth = "oauth",
        /// A managed secret.
        ManagedSecret = "managed_secret",
    }
}

wire_enum! {
    closed
    /// How the caller reaches a grant on an OAuth connection.
    #[derive(Default)]
    OAuthAccessVia = "way to reach an OAuth grant" {
        /// It owns the grant.
        #[default]
        Ownership = "ownership",
        /// A user delegated it.
        OauthDelegation = "oauth_delegation",
    }
}

wire_enum! {
    closed
    /// How the caller reaches a grant on a managed secret.
    #[derive(Default)]
    ManagedSecretAccessVia = "way to reach a managed-secret grant" {
        /// It owns the grant.
        #[default]
        Ownership = "ownership",
        /// It was delegated.
        MsDelegation = "ms_delegation",
    }
}

wire_enum! {
    closed
    /// Whose credential a managed-secret grant uses. Read tolerantly: another word is no kind at all.
    CredentialKind = "credential kind" {
        /// The operator's.
        Developer = "developer",
        /// The end user's own.
        EndUser = "end_user",
    }
}
