//! The verbs about frozen calls: each picks the writer or the reader and nothing more.

use alter_types::{AppId, ApprovalGroupId, ApprovalId};
use uuid::Uuid;

use super::{NO_APPROVAL, answer as kept, frozen, list, needs_work, one};
use crate::{
    ApprovalRecord, ProxyOutcome, ProxyTicketId, Refusal, VaultError,
    store::{ApprovalStore, Claimed, Decided, Pending, SealedCall, SignedCall, sqlite::SqliteStore},
};

impl ApprovalStore for SqliteStore {
    fn ask_approval(&self, call: SignedCall, id: ApprovalId) -> Pending<'_, Result<ApprovalRecord, Refusal>> {
        Box::pin(self.write(move |work| work.ask_approval(&call, id)))
    }

    fn approval(&self, app: AppId, id: Uuid) -> Pending<'_, Result<ApprovalRecord, VaultError>> {
        let now = self.clock.now_micros();
        Box::pin(async move {
            let found = self.reader.run(move |conn| one(conn, app, id, now)).await?;
            found.ok_or(NO_APPROVAL)
        })
    }

    fn approvals(&self, app: AppId, open: bool) -> Pending<'_, Result<Vec<ApprovalRecord>, VaultError>> {
        let now = self.clock.now_micros();
        Box::pin(async move { Ok(self.reader.run(move |conn| list(conn, app, open, now)).await?) })
    }

    fn frozen_call(&self, app: AppId, id: ApprovalGroupId) -> Pending<'_, Result<SealedCall, VaultError>> {
        Box::pin(async move { self.reader.run(move |conn| frozen(conn, app, id)).await? })
    }

    fn approval_answer(
        &self,
        app: AppId,
        id: ApprovalGroupId,
    ) -> Pending<'_, Result<Option<SealedCall>, VaultError>> {
        let now = self.clock.now_micros();
        Box::pin(async move { Ok(self.reader.run(move |conn| kept(conn, app, id, now)).await?) })
    }

    fn decide(&self, app: AppId, decided: Decided) -> Pending<'_, Result<ApprovalRecord, VaultError>> {
        Box::pin(self.write(move |work| work.decide(app, &decided)))
    }

    fn approvals_need_work(&self) -> Pending<'_, Result<bool, VaultError>> {
        let now = self.clock.now_micros();
        Box::pin(async move { Ok(self.reader.run(move |conn| needs_work(conn, now)).await?) })
    }

    fn claim_approved(&self) -> Pending<'_, Result<Option<Claimed>, VaultError>> {
        Box::pin(async move { Ok(self.writer.run(|work| work.claim_approved()).await?) })
    }

    fn finish_approved(
        &self,
        id: ApprovalGroupId,
        ticket: ProxyTicketId,
        outcome: ProxyOutcome,
        answer: Option<SealedCall>,
    ) -> Pending<'_, Result<(), VaultError>> {
        Box::pin(self.write(move |work| work.finish_approved(id, ticket, &outcome, answer.as_ref())))
    }
}
