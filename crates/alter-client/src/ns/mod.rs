//! The vault's own operations, by subject.

mod agents;
mod approvals;
mod argument;
mod connect;
mod grants;
mod identity;
mod keys;
mod oauth_providers;
mod pages;
mod provider_specs;
mod scopes;
mod sign_in;
mod spans;

pub use agents::{Agents, CreateAgent, ListAgents, RevokeAgentKey, UpdateAgent};
pub use approvals::{Approvals, AwaitApproval, GetApproval};
pub use connect::{AwaitSession, Connect, OpenManagedSecret, OpenSession, RunSession};
pub use grants::{AgentGrants, CreateGrant, Delegate, Grants, ListGrants, MintGrant, RevokeGrant};
pub use identity::{AssertIdentity, Assertion, Identity, ResolveIdentity};
pub use keys::{DeriveKey, Keys, RevokeKey, RotateKey};
pub(crate) use oauth_providers::CatalogCache;
pub use oauth_providers::{ListOAuthProviders, OAuthProviders};
pub use pages::Pages;
pub use provider_specs::{ListProviderSpecs, ListSpecOperations, ProviderSpecs};
pub use scopes::Scopes;
pub use sign_in::{AwaitSignIn, RunSignIn, SignIn, TokenCheck};
pub use spans::Spans;
