//! What travels when something is refused, and what a caller gets to act on: one source for both sides.
//!
//! | question | where |
//! |---|---|
//! | which words exist, and on which status | [`ErrorCode`] |
//! | what a backend writes | [`ErrorBody`] |
//! | what an answer means | [`classify`] and its table; [`AlterError::from_response`] |
//! | what a caller can ask | [`AlterError`], [`ErrorKind`], [`Recovery`] |

mod alter_error;
mod approval;
mod backend;
mod body;
mod client;
mod code;
mod connect;
mod context;
mod fields;
mod head;
mod kind;
mod map;
mod memory;
mod network;
mod provider;
mod recovery;
mod response;
mod retry_after;
mod table;

pub use alter_error::AlterError;
pub use approval::{ApprovalError, ApprovalErrorKind};
pub use backend::{BackendError, BackendKind, PolicyDemand, PolicyViolation, ReAuthKind};
pub use body::ErrorBody;
pub use client::{ClientError, ClientErrorKind, ValueError, ValueErrorKind};
pub use code::ErrorCode;
pub use connect::{ConnectError, ConnectErrorKind};
pub use context::{
    AmbiguousGrant, CredentialChoice, GrantCandidate, GrantContext, InsufficientScope, RateLimited,
    RevokedCredential,
};
pub(crate) use fields::count as count_field;
pub use kind::ErrorKind;
pub use memory::MemoryIsolationError;
pub use network::{NetworkError, NetworkKind};
pub use provider::{ProviderError, ProviderGrant, ProviderKind};
pub use recovery::Recovery;
pub use response::{ErrorResponse, MAX_ERROR_BODY};
pub use retry_after::{MAX_QUOTA_RETRY_AFTER, MAX_RETRY_AFTER, parse_retry_after};
pub use table::{Surface, classify, wire_forms};
