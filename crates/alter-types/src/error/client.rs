//! [`ClientError`] and [`ValueError`]: errors that arise before anything is sent.

use super::{ErrorKind, head::payload};

payload! {
    /// The client itself cannot make the call.
    ClientError(ClientErrorKind) => Client
}

/// Why the client cannot make the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientErrorKind {
    /// It was closed.
    Closed,
    /// Its configuration is not valid: API key, base URL, contradictory options.
    Configuration,
    /// It could not get the user token it was told to use. It never falls back to a call without one.
    UserToken,
    /// A sign-in flow ended without a user token.
    SignIn,
    /// An internal failure.
    Internal,
}

impl ClientErrorKind {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        ErrorKind::Client
    }
}

payload! {
    /// An argument was refused; nothing was sent.
    ValueError(ValueErrorKind) => Value
}

/// Why an argument was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueErrorKind {
    /// It breaks a rule, which the message states.
    Argument,
    /// An error holds nothing a connect session could repair.
    NotRecoverable,
}

impl ValueErrorKind {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        ErrorKind::Value
    }
}

impl ValueError {
    /// An argument that breaks the rule `message` states. The message never repeats the value.
    #[must_use]
    pub fn argument(message: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self::new(ValueErrorKind::Argument).with_message(message)
    }
}
