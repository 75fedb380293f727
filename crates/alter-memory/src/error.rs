//! [`MemoryError`]: why a memory operation did not happen.

use std::error::Error;

use alter_types::AlterError;

/// Why a memory operation did not happen. `E` is the error of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError<E: Error + 'static> {
    /// An argument broke a rule ([`AlterError::Value`]), the identity does not allow it ([`AlterError::Memory`]), or
    /// the identity could not be refreshed (any other). Nothing of what the store returned was handed on.
    #[error(transparent)]
    Refused(#[from] AlterError),
    /// The store failed.
    #[error("the memory store failed")]
    Store(#[source] E),
}

impl<E: Error + 'static> MemoryError<E> {
    /// Which isolation rule refused it, for example `memory_identity_expired`; `None` for any other reason.
    #[must_use]
    pub fn code(&self) -> Option<alter_types::MemoryIsolationCode> {
        match self {
            Self::Refused(AlterError::Memory(refusal)) => Some(refusal.code()),
            _ => None,
        }
    }
}
