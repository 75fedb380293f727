//! What the store is given and gives about frozen calls.

use alter_types::{ApprovalGroupId, ApprovalId};
use uuid::Uuid;

use super::Released;
use crate::{Approver, Decision};

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
