//! [`MemoryIsolationError`]: an identity that does not allow a memory operation.

use super::{ErrorKind, head::payload};
use crate::{AssertionRejectReason, MemoryIsolationCode};

payload! {
    /// A memory isolation rule refused the identity. `Display` is `<code>: <sentence>`.
    MemoryIsolationError(MemoryIsolationCode) => Memory
}

impl MemoryIsolationCode {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        ErrorKind::MemoryIsolation
    }
}

impl MemoryIsolationError {
    /// A refusal with that code, saying so.
    #[must_use]
    pub fn refused(code: MemoryIsolationCode, sentence: &str) -> Self {
        Self::new(code).with_message(format!("{code}: {sentence}"))
    }

    /// An assertion that did not verify. Only the reason is told.
    #[must_use]
    pub fn assertion_invalid(reason: AssertionRejectReason) -> Self {
        Self::refused(MemoryIsolationCode::AssertionInvalid, "the identity assertion was not accepted")
            .with_detail("reason", reason.as_str())
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> MemoryIsolationCode {
        *self.kind()
    }
}
