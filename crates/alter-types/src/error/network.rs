//! [`NetworkError`]: no answer came.

use super::{ErrorKind, head::payload};

payload! {
    /// No answer: the connection failed, broke, or the deadline passed.
    NetworkError(NetworkKind) => Network
}

/// How the exchange failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkKind {
    /// The connection could not be made, or broke.
    Connection,
    /// No answer in time.
    Timeout,
}

impl NetworkKind {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        match self {
            Self::Connection => ErrorKind::Network,
            Self::Timeout => ErrorKind::Timeout,
        }
    }
}
