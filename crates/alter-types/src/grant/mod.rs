//! Grants: listing, making, delegating and revoking them (`docs/protocol.md` 6.5, 6.6 and 6.8).

mod create;
mod delegate;
mod implied_owner;
mod info;
mod item;
mod kind;
mod list;
mod managed_secret;
mod oauth;
mod policy;
mod revoke;

pub use create::{CreateGrantResult, CreateManagedSecretGrantRequest, MintGrantRequest};
pub use delegate::{DelegateRequest, DelegationResult};
pub use info::{GrantInfo, LegacyGrantListResult};
pub use item::GrantListItem;
pub use kind::{CredentialKind, GrantKind, ManagedSecretAccessVia, OAuthAccessVia};
pub use list::{ListGrantsRequest, UnifiedGrantListResult};
pub use managed_secret::ManagedSecretGrantItem;
pub use oauth::OAuthGrantItem;
pub use policy::{GrantPolicy, GrantPolicyInput, check_scope_constraint};
pub use revoke::{RevokeGrantRequest, RevokeGrantResult};
