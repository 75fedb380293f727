//! [`ApprovalStore`]: what the vault asks of its storage about calls that wait for people.

use alter_types::{AppId, ApprovalGroupId, ApprovalId};
use uuid::Uuid;

use super::{Pending, Released, SignedCall};
use crate::{ApprovalRecord, Approver, Decision, ProxyOutcome, ProxyTicketId, Refusal, VaultError};

/// The verbs about frozen calls. The contract is that of [`Store`](super::Store).
pub(crate) trait ApprovalStore {
    /// How the approval stands, for an SDK that asks.
    fn ask_approval(&self, call: SignedCall, id: ApprovalId) -> Pending<'_, Result<ApprovalRecord, Refusal>>;
    /// The approval with this id, or with a gate of this id.
    fn approval(&self, app: AppId, id: Uuid) -> Pending<'_, Result<ApprovalRecord, VaultError>>;
    /// Those not decided yet, or the newest of all.
    fn approvals(&self, app: AppId, open: bool) -> Pending<'_, Result<Vec<ApprovalRecord>, VaultError>>;
    fn frozen_call(&self, app: AppId, id: ApprovalGroupId) -> Pending<'_, Result<SealedCall, VaultError>>;
    fn approval_answer(
        &self,
        app: AppId,
        id: ApprovalGroupId,
    ) -> Pending<'_, Result<Option<SealedCall>, VaultError>>;
    fn decide(&self, app: AppId, decided: Decided) -> Pending<'_, Result<ApprovalRecord, VaultError>>;
    /// Whether [`claim_approved`](Self::claim_approved) would find something to do.
    fn approvals_need_work(&self) -> Pending<'_, Result<bool, VaultError>>;
    /// Lets what is overdue lapse, and takes one call that everyone agreed to, for good: if it is not finished, it is
    /// recorded as interrupted and never taken again.
    fn claim_approved(&self) -> Pending<'_, Result<Option<Claimed>, VaultError>>;
    fn finish_approved(
        &self,
        id: ApprovalGroupId,
        ticket: ProxyTicketId,
        outcome: ProxyOutcome,
        answer: Option<SealedCall>,
    ) -> Pending<'_, Result<(), VaultError>>;
}

/// A call in its frozen form, with the ids it will be known under.
#[derive(Debug)]
pub(crate) struct FrozenUse {
    pub(crate) id: ApprovalGroupId,
    pub(crate) gates: Vec<ApprovalId>,
    pub(crate) call: SealedCall,
}

/// A frozen call, or the answer to one, as it is stored.
#[derive(Debug)]
pub(crate) struct SealedCall {
    pub(crate) data_key: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

/// A decision as it is stored.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The approval, or one of its gates.
    pub(crate) id: Uuid,
    /// Whose gate, if the id does not say.
    pub(crate) approver: Option<Approver>,
    pub(crate) decision: Decision,
    pub(crate) reason: Option<String>,
}

/// A frozen call that is to be made now.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) id: ApprovalGroupId,
    pub(crate) released: Released,
    pub(crate) call: SealedCall,
}
