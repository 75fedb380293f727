//! [`OpenError`]: why a vault could not be opened, each with what to do about it.

use std::{error::Error, path::PathBuf};

/// Why [`Vault::open`](crate::Vault::open) failed. An existing file was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder the file should be in does not exist.
    #[error("there is no folder {}: create it, or choose another path for the vault", .path.display())]
    MissingDirectory {
        /// The folder.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a vault: choose another path, or move that file away", .path.display())]
    NotAVault {
        /// The file.
        path: PathBuf,
    },
    /// The file is a vault and its content is damaged.
    #[error("the vault {} is damaged: restore it from a backup", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another program holds the file's write lock.
    #[error("the vault {} is locked by another program: stop that program, or wait until it is done", .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error("the vault {} cannot be written: check the owner and the permissions of the file and its folder", .path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A newer release has written the file.
    #[error("the vault {} has schema {found} and this program knows up to {known}: use the newer program", .path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The master key is not the one the vault was made with.
    #[error("this is not the master key of the vault {}: use the key it was created with", .path.display())]
    WrongMasterKey {
        /// The file.
        path: PathBuf,
    },
    /// The random source failed while a new vault was made.
    #[error("the random source failed, so no vault was made")]
    Random,
    /// Anything else the storage or the system reports.
    #[error("the vault {} could not be opened", .path.display())]
    Storage {
        /// The file.
        path: PathBuf,
        /// What was reported.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
