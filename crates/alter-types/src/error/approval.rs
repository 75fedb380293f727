//! [`ApprovalError`]: a call that waited for a person and was not carried out.

use super::{ErrorKind, fields, head::payload};
use crate::ApprovalId;

payload! {
    /// An approval ended other than by execution, or the wait for it did.
    ApprovalError(ApprovalErrorKind) => Approval
}

/// How the approval ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApprovalErrorKind {
    /// A person said no.
    Denied,
    /// Nobody decided in time.
    Expired,
    /// The local wait ended; the approval is still open and the call may yet be made.
    Timeout,
    /// Approved, but the call failed.
    ExecutionFailed,
}

impl ApprovalErrorKind {
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        match self {
            Self::Denied => ErrorKind::ApprovalDenied,
            Self::Expired => ErrorKind::ApprovalExpired,
            Self::Timeout => ErrorKind::ApprovalTimeout,
            Self::ExecutionFailed => ErrorKind::ApprovalExecutionFailed,
        }
    }
}

impl ApprovalError {
    /// Names the approval.
    #[must_use]
    pub fn with_approval_id(self, id: ApprovalId) -> Self {
        self.with_detail(APPROVAL_ID, id.to_string())
    }

    /// The approval, if known.
    #[must_use]
    pub fn approval_id(&self) -> Option<ApprovalId> {
        fields::text(self.details(), APPROVAL_ID)?.parse().ok()
    }
}

const APPROVAL_ID: &str = "approval_id";
