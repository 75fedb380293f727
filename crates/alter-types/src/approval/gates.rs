//! One person's part in an approval, and the rule that ties gates to their group.

use serde::{Deserialize, Serialize};

use super::ApprovalStatusValue;
use crate::{ApprovalGroupId, ApprovalId, Timestamp, strict};

/// One decision that a pending call waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalGate {
    /// The gate's own approval.
    pub approval_id: ApprovalId,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// The same in seconds from now; negative once it has lapsed.
    pub expires_in: i64,
    /// Where the approver decides. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub approval_url: String,
}

impl ApprovalGate {
    /// A gate that waits for a decision at `approval_url`.
    #[must_use]
    pub fn new(
        approval_id: ApprovalId,
        expires_at: Timestamp,
        expires_in: i64,
        approval_url: String,
    ) -> Self {
        Self { approval_id, expires_at, expires_in, approval_url }
    }
}

/// How one gate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalGateStatus {
    /// The gate's own approval.
    pub approval_id: ApprovalId,
    /// Backends send `pending`, `approved`, `denied` or `expired`.
    pub status: ApprovalStatusValue,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// When a person decided.
    #[serde(default)]
    pub decided_at: Option<Timestamp>,
}

impl ApprovalGateStatus {
    /// A gate nobody has decided yet, unless `status` says otherwise.
    #[must_use]
    pub fn new(approval_id: ApprovalId, status: ApprovalStatusValue, expires_at: Timestamp) -> Self {
        Self { approval_id, status, expires_at, decided_at: None }
    }

    /// States when a person decided.
    #[must_use]
    pub fn with_decided_at(self, decided_at: Timestamp) -> Self {
        Self { decided_at: Some(decided_at), ..self }
    }
}

/// An approval of the first generation, without a group and gates, met where the current one is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the backend sent an approval without approval_group_id and gates; update the backend")]
pub struct LegacyApprovalShape;

/// Group and gates come together or not at all.
pub(super) fn check(group: Option<ApprovalGroupId>, gates: usize) -> Result<(), &'static str> {
    match (group, gates) {
        (Some(_), 0) => Err("gates are missing beside approval_group_id"),
        (None, 1..) => Err("approval_group_id is missing beside gates"),
        _ => Ok(()),
    }
}
