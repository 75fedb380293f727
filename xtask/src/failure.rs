//! What ends a command: one sentence for the person in front of it.

use std::io;
use std::path::PathBuf;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program ran and did not succeed.
    #[error("`{command}` {outcome}")]
    Unsuccessful { command: String, outcome: String },
    /// A program could not be started.
    #[error("cannot start `{command}`: {source}")]
    NotStarted { command: String, source: io::Error },
    /// A file could not be read, written or removed.
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    /// A manifest is not the TOML we expect.
    #[error("{path}: {source}", path = path.display())]
    Manifest { path: PathBuf, source: Box<toml::de::Error> },
    /// Cargo could not describe the workspace.
    #[error("cargo cannot describe the workspace: {0}")]
    Metadata(#[from] Box<cargo_metadata::Error>),
    /// A check found what must not be.
    #[error("{check}: {count} to mend, listed above")]
    Findings { check: &'static str, count: usize },
    /// One or more steps failed; each has already said why.
    #[error("failed: {}", .0.join(", "))]
    Steps(Vec<String>),
    /// Something is missing that xtask cannot bring itself.
    #[error("{0}")]
    Missing(String),
}
