//! [`StoreError`]: the storage did not do what was asked. Nothing it was asked for was acknowledged.

use std::sync::Arc;

use crate::{Refusal, VaultError};

/// Why the storage failed. Cheap to clone: one failed commit is told to everyone in its batch.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("too many requests wait for the storage")]
    QueueFull,
    #[error("the vault is closed")]
    Closed,
    #[error("the database refused: {0}")]
    Sql(Arc<rusqlite::Error>),
    #[error("stored data is damaged: {0}")]
    Damaged(&'static str),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(_) => Self::internal_error(error),
            StoreError::QueueFull | StoreError::Closed | StoreError::Sql(_) => Self::unavailable(error),
        }
    }
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(what) => Self::Damaged { what: what.into() },
            error => Self::Unavailable { source: Box::new(error) },
        }
    }
}
