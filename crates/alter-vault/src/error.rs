//! [`VaultError`]: why an operator's command failed. What an SDK is told when it is refused is a [`crate::Refusal`].

use std::{borrow::Cow, error::Error};

use crate::seal::SealError;

/// Why a command of an operator failed. Nothing was changed, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// An argument breaks a rule.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which argument.
        field: &'static str,
        /// The rule, as a sentence.
        problem: Cow<'static, str>,
    },
    /// What the command names does not exist (in this application).
    #[error("no such {what}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
    },
    /// The command collides with something that exists.
    #[error("{field}: {problem}")]
    Conflict {
        /// Which argument.
        field: &'static str,
        /// With what, and what to do.
        problem: Cow<'static, str>,
    },
    /// The vault cannot store or read now: overloaded, closed, disk full, or the file locked by another program.
    #[error("the vault cannot reach its storage now; try again, and see the server's log if it lasts")]
    Unavailable {
        /// What the storage said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Something stored is not what was written. The message holds no secret.
    #[error("stored data is damaged: {what}")]
    Damaged {
        /// What does not fit.
        what: Cow<'static, str>,
    },
    /// The random source failed.
    #[error("the random source failed")]
    Random,
}

impl VaultError {
    pub(crate) fn invalid(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { field, problem: problem.into() }
    }

    pub(crate) fn conflict(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { field, problem: problem.into() }
    }
}

impl From<SealError> for VaultError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Random => Self::Random,
            error => Self::Damaged { what: error.to_string().into() },
        }
    }
}

impl From<alter_auth::RandomError> for VaultError {
    fn from(_: alter_auth::RandomError) -> Self {
        Self::Random
    }
}
