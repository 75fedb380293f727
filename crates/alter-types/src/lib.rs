//! Every model, enum, error code and error payload of the Alter Vault protocol, as plain data: usable alone by
//! anyone who writes a backend, a gateway or another client. No I/O, no runtime, no cryptography.
//!
//! Reading is tolerant where the protocol is open (unknown fields and unknown enum values survive) and strict where
//! it is closed. Secrets sit in [`Secret`], which prints as a placeholder and leaves only through
//! [`Secret::expose`].

pub mod error;

mod approval;
mod audit;
mod caller;
mod checked;
mod grant;
mod id;
mod memory_code;
mod proxy;
mod secret;
mod strict;
mod timestamp;
mod token;
mod wire_enum;

pub use approval::{
    ApprovalGate, ApprovalGateStatus, ApprovalResult, ApprovalStatus, ApprovalStatusValue, BodyError,
    LegacyApprovalShape, PendingApproval, PendingStatus, ProxyResponse, TextEncoding,
};
pub use audit::ApiCallAuditLog;
pub use caller::{Caller, CallerError, CallerType};
pub use error::{
    AlterError, CredentialChoice, ErrorBody, ErrorCode, ErrorKind, ErrorResponse, GrantCandidate, Recovery,
    Surface,
};
pub use grant::{
    AccessVia, GrantListItem, ListGrantsRequest, ManagedSecretGrantItem, OAuthGrantItem, PrincipalType,
    RevokeGrantRequest, RevokeGrantResult, UnifiedGrantListResult,
};
pub use id::{
    ActorId, AgentId, AppId, ApprovalGroupId, ApprovalId, CredentialId, GrantId, KeyId, ManagedSecretId,
    ParseIdError, ProviderId,
};
pub use memory_code::{AssertionRejectReason, MemoryIsolationCode};
pub use proxy::ProxyRequest;
pub use secret::{Secret, expose_in_json, expose_optional_in_json};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use token::{
    AddressedGrant, DeclaredRequest, InjectionRule, InjectionTarget, ProviderAddress, TokenRequest,
    TokenWire, ValueSource,
};
pub use wire_enum::UnknownWord;
