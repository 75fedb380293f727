//! Calls that wait for people: asked about by SDKs, decided by operators, carried out by the server.

use alter_auth::random_uuid;
use alter_types::{AppId, ApprovalGroupId, ApprovalId, ApprovalStatusValue as Status, ErrorCode};
use uuid::Uuid;

use super::Vault;
use crate::{
    Admission, ApprovalRecord, ApprovedCall, Approver, Decision, FrozenCall, ProxyOutcome, ProxyTicket,
    ProxyTicketId, Refusal, VaultError,
    seal::{Place, Table},
    store::{Claimed, Decided, FrozenUse, SealedCall},
};

/// Longest note of an approver, in characters.
const MAX_NOTE: usize = 1_024;

impl Vault {
    /// How a frozen call stands, for the SDK that sent it.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it; `approval_not_found` if the key's application has no
    /// approval with this id.
    pub async fn ask_approval(
        &self,
        admission: Admission,
        id: ApprovalId,
    ) -> Result<ApprovalRecord, Refusal> {
        self.0.store.ask_approval(self.signed(admission), id).await
    }

    /// The provider's answer to a frozen call that was carried out, as the bytes given to
    /// [`finish_approved`](Self::finish_approved). Kept for 24 hours.
    ///
    /// # Errors
    /// As [`ask_approval`](Self::ask_approval); `approval_denied`, `approval_expired` and `approval_execution_failed` if
    /// it ended otherwise, `approval_not_executed` while it has not ended.
    pub async fn approval_answer(&self, admission: Admission, id: ApprovalId) -> Result<Vec<u8>, Refusal> {
        let record = self.ask_approval(admission, id).await?;
        if record.status != Status::Executed {
            return Err(not_executed(&record));
        }
        let stored =
            self.0.store.approval_answer(record.app, record.id).await.map_err(Refusal::unavailable)?;
        let Some(answer) = stored else {
            let message =
                "The answer was kept for 24 hours and is gone. Make the call again if it is still needed.";
            return Err(Refusal::new(ErrorCode::APPROVAL_EXPIRED, message));
        };
        let place = answer_place(&record.id, &record.app);
        self.open_call(&answer, &place).await.map_err(Refusal::internal_error)
    }

    /// The approval with this id, or with a gate of this id.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has none; [`VaultError::Unavailable`].
    pub async fn approval(&self, app: AppId, id: Uuid) -> Result<ApprovalRecord, VaultError> {
        self.0.store.approval(app, id).await
    }

    /// The calls that wait, oldest first; or with `open` false the newest of all. At most 200.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn approvals(&self, app: AppId, open: bool) -> Result<Vec<ApprovalRecord>, VaultError> {
        self.0.store.approvals(app, open).await
    }

    /// What a frozen call will send, for whoever decides.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such approval, [`VaultError::Damaged`] if it does not open;
    /// [`VaultError::Unavailable`].
    pub async fn frozen_call(&self, app: AppId, id: ApprovalGroupId) -> Result<FrozenCall, VaultError> {
        let stored = self.0.store.frozen_call(app, id).await?;
        self.thaw(&stored, &id, &app).await
    }

    /// Takes one person's word on a frozen call. `id` is the approval's or that of one gate; `approver` is needed where
    /// the id leaves open whose gate is meant. Saying the same again is harmless.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such approval, [`VaultError::Invalid`] if it is not this
    /// person's to decide or the note is longer than 1,024 characters, [`VaultError::Conflict`] if it is decided or has
    /// lapsed already; [`VaultError::Unavailable`].
    pub async fn decide(
        &self,
        app: AppId,
        id: Uuid,
        approver: Option<Approver>,
        decision: Decision,
        reason: Option<String>,
    ) -> Result<ApprovalRecord, VaultError> {
        if reason.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
            return Err(VaultError::invalid("reason", "expected at most 1024 characters"));
        }
        self.0.store.decide(app, Decided { id, approver, decision, reason }).await
    }

    /// Takes one call that everyone agreed to, for whoever calls: nobody gets it again, so it is made at most once. Also
    /// lets lapse what is overdue. Cheap while there is nothing to do.
    ///
    /// Whatever holds now is decided anew before; a call that would be refused now is recorded as failed.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`]; [`VaultError::Damaged`] if the call or its credential does not open.
    pub async fn claim_approved(&self) -> Result<Option<ApprovedCall>, VaultError> {
        if !self.0.store.approvals_need_work().await? {
            return Ok(None);
        }
        let Some(Claimed { id, released, call }) = self.0.store.claim_approved().await? else {
            return Ok(None);
        };
        let ticket = ProxyTicketId(released.record.seq);
        let app = released.record.app;
        let opened = match self.thaw(&call, &id, &app).await {
            Ok(call) => self.open_credential(released).await.map(|credential| (call, credential)),
            Err(error) => Err(Refusal::internal_error(error)),
        };
        match opened {
            Ok((call, credential)) => {
                let ticket = ProxyTicket { id: ticket, credential };
                Ok(Some(ApprovedCall { approval: id, app, ticket, call }))
            }
            Err(refusal) => {
                let outcome = ProxyOutcome::failed(refusal.code().as_str(), 0);
                self.0.store.finish_approved(id, ticket, outcome, None).await?;
                Err(VaultError::Damaged { what: "an approved call could not be opened".into() })
            }
        }
    }

    /// Records how an approved call ended, and keeps its answer sealed. Without an answer it failed.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if no such call was claimed; [`VaultError::Unavailable`].
    pub async fn finish_approved(
        &self,
        approval: ApprovalGroupId,
        app: AppId,
        ticket: ProxyTicketId,
        outcome: ProxyOutcome,
        answer: Option<&[u8]>,
    ) -> Result<(), VaultError> {
        let answer = match answer {
            Some(answer) => Some(self.seal_call(app, &answer_place(&approval, &app), answer).await?),
            None => None,
        };
        self.0.store.finish_approved(approval, ticket, outcome, answer).await
    }

    /// Seals a call for `gates` people to decide on.
    pub(super) async fn freeze(
        &self,
        app: AppId,
        gates: usize,
        call: &FrozenCall,
    ) -> Result<FrozenUse, VaultError> {
        let random = &*self.0.random;
        let id = ApprovalGroupId::from_uuid(random_uuid(random)?);
        let gates =
            (0..gates).map(|_| random_uuid(random).map(ApprovalId::from_uuid)).collect::<Result<_, _>>()?;
        let written =
            serde_json::to_vec(call).map_err(|_| VaultError::invalid("call", "it cannot be written"))?;
        let call = self.seal_call(app, &call_place(&id, &app), &written).await?;
        Ok(FrozenUse { id, gates, call })
    }

    async fn thaw(
        &self,
        stored: &SealedCall,
        id: &ApprovalGroupId,
        app: &AppId,
    ) -> Result<FrozenCall, VaultError> {
        let opened = self.open_call(stored, &call_place(id, app)).await?;
        serde_json::from_slice(&opened)
            .map_err(|_| VaultError::Damaged { what: "a frozen call cannot be read".into() })
    }

    async fn seal_call(
        &self,
        app: AppId,
        place: &Place<'_>,
        plaintext: &[u8],
    ) -> Result<SealedCall, VaultError> {
        let (id, data_key) = self.current_data_key(app).await?;
        Ok(SealedCall { data_key: id, sealed: data_key.seal(&*self.0.random, place, plaintext)? })
    }

    async fn open_call(&self, stored: &SealedCall, place: &Place<'_>) -> Result<Vec<u8>, VaultError> {
        let data_key = self.data_key(&stored.data_key).await?;
        Ok(std::mem::take(&mut *data_key.open(place, &stored.sealed)?))
    }
}

fn call_place<'a>(id: &'a ApprovalGroupId, app: &'a AppId) -> Place<'a> {
    Place { table: Table::FrozenCall, row: id.as_bytes(), owner: app.as_bytes(), version: 1 }
}

fn answer_place<'a>(id: &'a ApprovalGroupId, app: &'a AppId) -> Place<'a> {
    Place { table: Table::ApprovalResult, row: id.as_bytes(), owner: app.as_bytes(), version: 1 }
}

/// Why there is no answer.
fn not_executed(record: &ApprovalRecord) -> Refusal {
    let refusal = match record.status {
        Status::Denied => {
            let note = record.decision_reason.as_deref().map(|note| format!(" They said: {note}"));
            let message = format!("An approver said no.{}", note.unwrap_or_default());
            Refusal::new(ErrorCode::APPROVAL_DENIED, message)
        }
        Status::Expired => Refusal::new(
            ErrorCode::APPROVAL_EXPIRED,
            "Not every approver decided in time. Make the call again if it is still wanted.",
        ),
        Status::Failed => Refusal::new(
            ErrorCode::APPROVAL_EXECUTION_FAILED,
            format!(
                "The call was approved and failed: {}.",
                record.execution_error.as_deref().unwrap_or("unknown")
            ),
        ),
        _ => Refusal::new(
            ErrorCode::APPROVAL_NOT_EXECUTED,
            "The call was not made yet. Ask for its status, with wait=25, until it is executed.",
        ),
    };
    refusal.with("approval_group_id", record.id.to_string())
}
