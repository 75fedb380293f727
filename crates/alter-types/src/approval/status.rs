//! [`ApprovalStatus`]: how an approval stands (`GET /sdk/approvals/{id}`).

use serde::{Deserialize, Serialize};

use super::{ApprovalGateStatus, LegacyApprovalShape, gates};
use crate::{ApprovalGroupId, ApprovalId, Timestamp, checked::checked_model, strict, wire_enum::wire_enum};

wire_enum! {
    closed
    /// Where an approval is on its way.
    ApprovalStatusValue = "approval status" {
        /// Waiting for a decision.
        Pending = "pending",
        /// Decided, and about to be carried out.
        Approved = "approved",
        /// The call is under way.
        Executing = "executing",
        /// A person said no.
        Denied = "denied",
        /// Nobody decided in time.
        Expired = "expired",
        /// The call was made; its result can be fetched once `has_result` is true.
        Executed = "executed",
        /// The call was approved and failed.
        Failed = "failed",
    }
}

impl ApprovalStatusValue {
    /// Whether nothing more will happen: denied, expired, executed or failed.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Denied | Self::Expired | Self::Executed | Self::Failed)
    }
}

/// How an approval stands, all its gates taken together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct ApprovalStatus {
    /// The approval that was asked about.
    pub approval_id: ApprovalId,
    /// The status of the whole group.
    pub status: ApprovalStatusValue,
    /// The group of gates. `None` in the first generation's shape.
    #[serde(default, deserialize_with = "strict::not_null", skip_serializing_if = "Option::is_none")]
    pub approval_group_id: Option<ApprovalGroupId>,
    /// Every gate. Empty in the first generation's shape.
    #[serde(default, deserialize_with = "strict::filled_list", skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<ApprovalGateStatus>,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// When it was decided.
    #[serde(default)]
    pub decided_at: Option<Timestamp>,
    /// The approver's note.
    #[serde(default)]
    pub decision_reason: Option<String>,
    /// When the call was made.
    #[serde(default)]
    pub executed_at: Option<Timestamp>,
    /// Why an approved call failed.
    #[serde(default)]
    pub execution_error: Option<String>,
    /// Whether the result can be fetched. `executed` without a result means: keep polling.
    pub has_result: bool,
}

checked_model!(ApprovalStatus);

impl ApprovalStatus {
    /// A status without decision, execution and result; the first gate is the one asked about.
    #[must_use]
    pub fn new(
        group: ApprovalGroupId,
        status: ApprovalStatusValue,
        first: ApprovalGateStatus,
        others: impl IntoIterator<Item = ApprovalGateStatus>,
    ) -> Self {
        Self {
            approval_id: first.approval_id,
            status,
            approval_group_id: Some(group),
            expires_at: first.expires_at,
            gates: std::iter::once(first).chain(others).collect(),
            decided_at: None,
            decision_reason: None,
            executed_at: None,
            execution_error: None,
            has_result: false,
        }
    }

    /// States when it was decided, and the approver's note.
    #[must_use]
    pub fn with_decision(self, decided_at: Timestamp, reason: Option<String>) -> Self {
        Self { decided_at: Some(decided_at), decision_reason: reason, ..self }
    }

    /// States when the call was made and that its result can be fetched.
    #[must_use]
    pub fn with_result(self, executed_at: Timestamp) -> Self {
        Self { executed_at: Some(executed_at), has_result: true, ..self }
    }

    /// States why the approved call failed.
    #[must_use]
    pub fn with_execution_error(self, executed_at: Timestamp, error: String) -> Self {
        Self { executed_at: Some(executed_at), execution_error: Some(error), ..self }
    }

    /// Whether nothing more will happen; see [`ApprovalStatusValue::is_terminal`].
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// The group, or for the first generation's shape the approval itself.
    #[must_use]
    pub fn group_id(&self) -> ApprovalGroupId {
        self.approval_group_id.unwrap_or(ApprovalGroupId::from_uuid(self.approval_id.uuid()))
    }

    /// Whether the backend sent group and gates.
    #[must_use]
    pub fn is_current_shape(&self) -> bool {
        self.approval_group_id.is_some()
    }

    /// Refuses the first generation's shape, as the official SDK does.
    ///
    /// # Errors
    /// [`LegacyApprovalShape`] if there is no group.
    pub fn require_current_shape(self) -> Result<Self, LegacyApprovalShape> {
        if self.is_current_shape() { Ok(self) } else { Err(LegacyApprovalShape) }
    }

    fn check(&self) -> Result<(), &'static str> {
        gates::check(self.approval_group_id, self.gates.len())
    }
}
