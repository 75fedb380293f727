//! [`ToolFailure`]: why a tool has no result.

use std::fmt;

use alter_client::Error;

use crate::ToolRecovery;

/// Why a tool has no result.
#[derive(Debug)]
pub enum ToolFailure {
    /// A person can repair it. What is in it may be shown to the model and to the person.
    Recoverable(ToolRecovery),
    /// Anything else, for whoever runs the tool. Its text is not meant for the model.
    Failed(Error),
}

impl fmt::Display for ToolFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recoverable(recovery) => recovery.fmt(f),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ToolFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Recoverable(_) => None,
            Self::Failed(error) => error.source(),
        }
    }
}
