//! Signing end users in (`docs/protocol.md` 6.8).

mod poll;
mod session;

pub use poll::{AuthPoll, AuthPollRequest, AuthResult};
pub use session::{AuthSession, VerifiedToken, VerifyTokenRequest};
