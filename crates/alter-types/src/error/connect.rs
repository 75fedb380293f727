//! [`ConnectError`]: a connect or sign-in flow ended without a grant.

use super::{ErrorKind, head::payload};

payload! {
    /// A connect or sign-in flow ended without a grant.
    ConnectError(ConnectErrorKind) => Connect
}

/// How the flow ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectErrorKind {
    /// None of the finer kinds; [`AlterError::code`](super::AlterError::code) has the word.
    Other,
    /// The person refused.
    Denied,
    /// An operator has to change the setup first.
    Config,
    /// Nobody finished in time; `details.reason` says which clock ran out.
    Timeout,
}

impl ConnectErrorKind {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        match self {
            Self::Other => ErrorKind::ConnectFlow,
            Self::Denied => ErrorKind::ConnectDenied,
            Self::Config => ErrorKind::ConnectConfig,
            Self::Timeout => ErrorKind::ConnectTimeout,
        }
    }
}
