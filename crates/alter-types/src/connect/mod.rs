//! Connecting accounts: sessions for OAuth providers and managed secrets, and what comes of them
//! (`docs/protocol.md` 6.8).

mod input;
mod managed_secret;
mod poll;
mod result;
mod session;

pub use input::{ConnectMetadata, GrantRestrictions, RequestedGrantInput};
pub use managed_secret::{
    ManagedSecretConnectPath, ManagedSecretConnectSession, ManagedSecretConnectSessionRequest,
};
pub(crate) use poll::sync_status;
pub use poll::{ConnectFailure, ConnectPoll, ConnectPollRequest, DeclinedProvider};
pub use result::{ConnectDelegation, ConnectFailedGrant, ConnectOperation, ConnectResult};
pub use session::{ConnectSession, ConnectSessionRequest};
