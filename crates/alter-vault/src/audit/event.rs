//! What an audit row is about ([`AuditEvent`]) and how it ended ([`AuditOutcome`]).

use serde::{Serialize, Serializer};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word in the trail.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// What happened.
    AuditEvent {
        /// A credential was asked for.
        TokenRetrieve = "token.retrieve",
        /// The vault was asked to make a call.
        ProxyExecute = "proxy.execute",
        /// The call of a `proxy.execute` ended.
        ProxyResult = "proxy.result",
        /// An SDK reported a call it made itself.
        ApiCall = "api_call",
        /// Grants were listed.
        GrantList = "grant.list",
        /// A grant was made.
        GrantCreate = "grant.create",
        /// A grant was revoked.
        GrantRevoke = "grant.revoke",
        /// A secret was stored.
        SecretCreate = "secret.create",
        /// Where a secret may be sent was changed.
        SecretHosts = "secret.hosts",
        /// The value of a secret was replaced.
        SecretReplace = "secret.replace",
        /// An API key was made.
        KeyCreate = "key.create",
        /// An API key was revoked.
        KeyRevoke = "key.revoke",
        /// An API key was marked for replacement.
        KeyDeprecate = "key.deprecate",
        /// That mark was taken away.
        KeyUndeprecate = "key.undeprecate",
        /// An agent was made.
        AgentCreate = "agent.create",
        /// Agents or their keys were asked for. Only refusals leave a row.
        AgentRead = "agent.read",
        /// An agent was changed.
        AgentUpdate = "agent.update",
        /// An agent was suspended.
        AgentSuspend = "agent.suspend",
        /// An agent was resumed.
        AgentResume = "agent.resume",
        /// An agent was ended, with its keys.
        AgentRevoke = "agent.revoke",
        /// A call was frozen until people have agreed to it.
        ApprovalRequest = "approval.request",
        /// Somebody agreed to a frozen call, or refused it.
        ApprovalDecide = "approval.decide",
        /// A frozen call lapsed: not everybody decided in time.
        ApprovalExpire = "approval.expire",
        /// An application was made.
        AppCreate = "app.create",
        /// A request with a known key was refused before it reached an operation: not signed right, or not readable.
        RequestRefused = "request.refused",
    }
}

words! {
    /// How it ended.
    AuditOutcome {
        /// It was done.
        Allowed = "allowed",
        /// It was refused by a rule.
        Denied = "denied",
        /// It was allowed and then did not succeed.
        Failed = "failed",
    }
}
