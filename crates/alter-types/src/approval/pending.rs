//! [`PendingApproval`]: the answer 202 of `/sdk/proxy`.

use serde::{Deserialize, Serialize};

use super::{ApprovalGate, LegacyApprovalShape, gates};
use crate::{ApprovalGroupId, ApprovalId, Timestamp, checked::checked_model, strict, wire_enum::wire_enum};

wire_enum! {
    closed
    /// The one status of a [`PendingApproval`].
    #[derive(Default)]
    PendingStatus = "pending status" {
        /// It waits for a decision.
        #[default]
        Pending = "pending",
    }
}

/// A call that is frozen until a person has decided. Poll its status with [`approval_id`](Self::approval_id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct PendingApproval {
    /// The id to poll.
    pub approval_id: ApprovalId,
    /// The group of gates. `None` in the first generation's shape.
    #[serde(default, deserialize_with = "strict::not_null", skip_serializing_if = "Option::is_none")]
    pub approval_group_id: Option<ApprovalGroupId>,
    /// Always `pending`.
    pub status: PendingStatus,
    /// When the polled gate lapses.
    pub expires_at: Timestamp,
    /// The same in seconds from now.
    pub expires_in: i64,
    /// Where the approver of the polled gate decides. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub approval_url: String,
    /// Every gate. Empty in the first generation's shape, which has one implicit gate.
    #[serde(default, deserialize_with = "strict::filled_list", skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<ApprovalGate>,
}

checked_model!(PendingApproval);

impl PendingApproval {
    /// A call that waits for every one of `gates`; `first` is the one to poll.
    #[must_use]
    pub fn new(
        group: ApprovalGroupId,
        first: ApprovalGate,
        others: impl IntoIterator<Item = ApprovalGate>,
    ) -> Self {
        Self {
            approval_id: first.approval_id,
            approval_group_id: Some(group),
            status: PendingStatus::Pending,
            expires_at: first.expires_at,
            expires_in: first.expires_in,
            approval_url: first.approval_url.clone(),
            gates: std::iter::once(first).chain(others).collect(),
        }
    }

    /// The group, or for the first generation's shape the approval itself.
    #[must_use]
    pub fn group_id(&self) -> ApprovalGroupId {
        self.approval_group_id.unwrap_or(ApprovalGroupId::from_uuid(self.approval_id.uuid()))
    }

    /// The gates, with the implicit one of the first generation's shape spelt out.
    #[must_use]
    pub fn all_gates(&self) -> Vec<ApprovalGate> {
        if self.gates.is_empty() {
            let url = self.approval_url.clone();
            return vec![ApprovalGate::new(self.approval_id, self.expires_at, self.expires_in, url)];
        }
        self.gates.clone()
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
