//! What a rule reports: a place, a weight and a sentence with the way out.

use std::fmt;
use std::path::{Path, PathBuf};

/// Whether a finding stops a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It does.
    Error,
    /// It does not, but somebody should look.
    Warning,
}

/// One thing a rule found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Whether it stops a change.
    pub(super) weight: Weight,
    file: PathBuf,
    line: usize,
    message: String,
}

impl Finding {
    /// A finding that stops a change. Lines count from 1.
    pub(super) fn error(file: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { weight: Weight::Error, file: file.into(), line, message: message.into() }
    }

    /// A finding that does not.
    pub(super) fn warning(file: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, ..Self::error(file, line, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        write!(f, "{}:{}: {weight}: {}", self.file.display(), self.line, self.message)
    }
}
