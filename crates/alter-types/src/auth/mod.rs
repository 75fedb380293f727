//! Signing end users in (`spec/wire.md` 6.8).

mod poll;
mod session;

pub use poll::{AuthPoll, AuthPollRequest, AuthResult};
pub use session::{AuthSession, VerifiedToken, VerifyTokenRequest};
