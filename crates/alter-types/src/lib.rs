//! Every model, enum, error code and error payload of the Alter Vault protocol, as plain data: usable alone by
//! anyone who writes a backend, a gateway or another client. No I/O, no runtime, no cryptography.
//!
//! Reading is tolerant where the protocol is open (unknown fields and unknown enum values survive) and strict where
//! it is closed. Secrets sit in [`Secret`], which prints as a placeholder and leaves only through
//! [`Secret::expose`].

pub mod error;

mod audit;
mod caller;
mod grant;
mod id;
mod proxy;
mod secret;
mod timestamp;
mod token;

pub use audit::ApiCallAuditLog;
pub use caller::{Caller, CallerError, CallerType};
pub use error::{ErrorBody, ErrorCode};
pub use grant::{
    AccessVia, GrantListItem, ListGrantsRequest, ManagedSecretGrantItem, OAuthGrantItem, PrincipalType,
    RevokeGrantRequest, RevokeGrantResult, UnifiedGrantListResult,
};
pub use id::{
    ActorId, AgentId, AppId, ApprovalId, CredentialId, GrantId, KeyId, ManagedSecretId, ParseIdError,
    ProviderId,
};
pub use proxy::{ProxyRequest, ProxyResponse};
pub use secret::{Secret, expose_in_json, expose_optional_in_json};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use token::{
    AddressedGrant, DeclaredRequest, InjectionRule, InjectionTarget, ProviderAddress, TokenRequest,
    TokenWire, ValueSource,
};
