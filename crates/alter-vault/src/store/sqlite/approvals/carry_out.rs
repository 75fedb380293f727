//! Carrying out what everyone agreed to, once: claimed in one transaction, finished in another. What is claimed and not
//! finished was interrupted, and is recorded as that instead of being tried again.

use alter_auth::{Attribution, ScopeConstraints};
use alter_types::{AppId, ApprovalGroupId, ErrorCode, GrantId, KeyId};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{
    ProxyOutcome, ProxyTicketId, Refusal, Scope, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    destination::Destination,
    method::Method,
    policy::{
        self, AdmissionFacts, Denial, GrantLookup, KeyFacts, NonceStanding, Principal, Reach, Trace, UseFacts,
    },
    store::{
        Claimed, LoadedGrant, Purpose, Released, SealedCall, StoreError, UseRecord,
        sqlite::{ids::id, work::Work},
    },
};

/// A call that was claimed so long ago was interrupted: longer than any call may take. Microseconds.
const INTERRUPTED_AFTER: i64 = 10 * 60 * 1_000_000;
/// How long an answer is kept. Microseconds.
const ANSWER_KEPT: i64 = 24 * 3_600 * 1_000_000;
/// Overdue approvals settled in one transaction.
const SETTLED_AT_ONCE: i64 = 100;

/// Whether anything is approved, overdue or interrupted.
pub(in crate::store::sqlite) fn needs_work(conn: &Connection, now: i64) -> Result<bool, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM approvals WHERE status = 'approved')
                 OR EXISTS (SELECT 1 FROM approvals WHERE status = 'pending' AND expires_at <= ?1)
                 OR EXISTS (SELECT 1 FROM approvals WHERE status = 'executing' AND claimed_at <= ?2)
                 OR EXISTS (SELECT 1 FROM approvals WHERE result IS NOT NULL AND result_until <= ?1)",
        )?
        .query_row(params![now, now - INTERRUPTED_AFTER], |row| row.get(0))?;
    Ok(found)
}

/// An approved call as it is stored.
struct Approved {
    id: ApprovalGroupId,
    app: AppId,
    grant: GrantId,
    key: KeyId,
    method: String,
    url: String,
    reason: Option<String>,
    request_id: String,
    constraints: Option<String>,
    call: SealedCall,
}

impl Work<'_> {
    pub(in crate::store::sqlite) fn claim_approved(&mut self) -> Result<Option<Claimed>, StoreError> {
        self.settle_overdue()?;
        while let Some(approved) = self.next_approved()? {
            if let Some(claimed) = self.claim(approved)? {
                return Ok(Some(claimed));
            }
        }
        Ok(None)
    }

    /// Decides again with what holds now, and takes the call or records why it is not made.
    fn claim(&mut self, approved: Approved) -> Result<Option<Claimed>, StoreError> {
        let now = self.now();
        let key = self.key_by_id(approved.key)?.ok_or(StoreError::Damaged("an approval's key is missing"))?;
        let grant = self.grant_by_id(approved.app, approved.grant)?;
        let mut trace = Trace::new();
        let owner = grant.as_ref().and_then(|grant| grant.facts.owner);
        let reach = self.agent_reach(&key, owner.map_or(Principal::App, Principal::Agent))?.transpose();
        let verdict = match &reach {
            Ok(reach) => judge(&key, grant.as_deref(), &approved, now, reach.as_ref(), &mut trace),
            Err(denial) => Err(denial.clone()),
        };
        let decision = trace.to_json();
        let mut entry = Entry::new(AuditEvent::ProxyExecute, AuditOutcome::Allowed)
            .app(approved.app)
            .call(Some(&approved.method), Some(&approved.url))
            .reason(approved.reason.as_deref())
            .request(&approved.request_id, None)
            .provider(grant.as_ref().map(|grant| &*grant.facts.provider))
            .subject(approved.id.uuid());
        entry.key = Some((key.id, &key.prefix));
        entry.grant = Some(approved.grant);
        entry.generation = grant.as_ref().map(|grant| grant.facts.generation);
        entry.decision = Some(&decision);
        if let Err(denial) = verdict {
            let refusal = Refusal::from(denial);
            let mut entry = entry.outcome(AuditOutcome::Denied);
            entry.code = Some(refusal.code().clone());
            self.append(&entry)?;
            self.mark_failed(approved.id, refusal.code().as_str())?;
            return Ok(None);
        }
        let seq = self.append(&entry)?;
        self.prepare(
            "UPDATE approvals SET status = 'executing', claimed_at = ?2, claim_seq = ?3 WHERE id = ?1",
        )?
        .execute(params![approved.id.as_bytes(), now, seq])?;
        let grant = grant.ok_or(StoreError::Damaged("a use was allowed without a grant"))?;
        let record = UseRecord {
            seq,
            purpose: Purpose::Proxy,
            app: approved.app,
            grant: approved.grant,
            generation: grant.facts.generation,
        };
        let released = Released { record, grant, decided_at: now };
        Ok(Some(Claimed { id: approved.id, released, call: approved.call }))
    }

    /// The outcome of a claimed call, in the trail and on the approval.
    pub(in crate::store::sqlite) fn finish_approved(
        &mut self,
        id: ApprovalGroupId,
        ticket: ProxyTicketId,
        outcome: &ProxyOutcome,
        answer: Option<&SealedCall>,
    ) -> Result<Result<(), VaultError>, StoreError> {
        if let Err(error) = self.finish_proxy(ticket, outcome)? {
            return Ok(Err(error));
        }
        let now = self.now();
        match answer {
            Some(answer) => {
                self.prepare(
                    "UPDATE approvals SET status = 'executed', executed_at = ?2, result = ?3, result_key = ?4,
                                          result_until = ?5
                     WHERE id = ?1 AND status = 'executing'",
                )?
                .execute(params![id.as_bytes(), now, answer.sealed, answer.data_key, now + ANSWER_KEPT])?;
            }
            None => self.mark_failed(id, outcome.error.as_deref().unwrap_or("internal_error"))?,
        }
        Ok(Ok(()))
    }

    fn mark_failed(&mut self, id: ApprovalGroupId, code: &str) -> Result<(), StoreError> {
        let now = self.now();
        self.prepare(
            "UPDATE approvals SET status = 'failed', executed_at = ?2, execution_error = ?3 WHERE id = ?1",
        )?
        .execute(params![id.as_bytes(), now, code])?;
        Ok(())
    }

    fn next_approved(&mut self) -> Result<Option<Approved>, StoreError> {
        let found = self
            .prepare(
                "SELECT id, app, grant_id, key_id, method, url, reason, request_id, constraints, data_key, frozen
                 FROM approvals WHERE status = 'approved' ORDER BY decided_at LIMIT 1",
            )?
            .query_row([], |row| {
                Ok(Approved {
                    id: id(row, 0)?,
                    app: id(row, 1)?,
                    grant: id(row, 2)?,
                    key: id(row, 3)?,
                    method: row.get(4)?,
                    url: row.get(5)?,
                    reason: row.get(6)?,
                    request_id: row.get(7)?,
                    constraints: row.get(8)?,
                    call: SealedCall { data_key: row.get(9)?, sealed: row.get(10)? },
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Lets lapse what nobody decided, closes what was interrupted, forgets answers whose time is over.
    fn settle_overdue(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        for (id, app, grant) in self.some(
            "SELECT id, app, grant_id FROM approvals WHERE status = 'pending' AND expires_at <= ?1 LIMIT ?2",
            now,
        )? {
            self.prepare("UPDATE approvals SET status = 'expired' WHERE id = ?1")?
                .execute([id.as_bytes()])?;
            let mut entry = Entry::new(AuditEvent::ApprovalExpire, AuditOutcome::Denied).app(app);
            entry.grant = Some(grant);
            self.append(&entry.subject(id.uuid()))?;
        }
        for (id, app, grant) in self.some(
            "SELECT id, app, grant_id FROM approvals WHERE status = 'executing' AND claimed_at <= ?1 LIMIT ?2",
            now - INTERRUPTED_AFTER,
        )? {
            self.mark_failed(id, "interrupted")?;
            let mut entry = Entry::new(AuditEvent::ProxyResult, AuditOutcome::Failed).app(app);
            entry.grant = Some(grant);
            entry.code = Some(ErrorCode::new("interrupted"));
            self.append(&entry.subject(id.uuid()))?;
        }
        self.prepare(
            "UPDATE approvals SET result = NULL, result_key = NULL WHERE result IS NOT NULL AND result_until <= ?1",
        )?
        .execute([now])?;
        Ok(())
    }

    fn some(&mut self, sql: &str, until: i64) -> Result<Vec<(ApprovalGroupId, AppId, GrantId)>, StoreError> {
        let mut statement = self.prepare(sql)?;
        let rows = statement
            .query_map(params![until, SETTLED_AT_ONCE], |row| Ok((id(row, 0)?, id(row, 1)?, id(row, 2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What the decision was when the call came, once more. Its rule is not judged again: it was judged on the very bytes
/// that are frozen, and no rule asks for the time.
fn judge(
    key: &KeyFacts,
    grant: Option<&LoadedGrant>,
    approved: &Approved,
    now: i64,
    reach: Option<&Reach>,
    trace: &mut Trace,
) -> Result<(), Denial> {
    let constraints = approved.constraints.as_deref();
    let Ok(kept) = constraints.map(ScopeConstraints::from_header).transpose() else {
        return Err(Denial::NotNarrowing { scope: "(unreadable)".into() });
    };
    let facts = AdmissionFacts {
        key,
        nonce: NonceStanding::New,
        required_scope: Some(Scope::PROXY_EXECUTE),
        kept: kept.as_ref(),
        now,
    };
    policy::admit(&facts, trace)?;
    let (method, destination) = (Method::parse(&approved.method), Destination::parse(&approved.url));
    let facts = UseFacts {
        grant: grant.map_or(GrantLookup::None { provider: None }, |grant| GrantLookup::One(&grant.facts)),
        principal: grant.and_then(|grant| grant.facts.owner).map_or(Principal::App, Principal::Agent),
        reach,
        retrieves: false,
        carries_user_token: false,
        method: method.as_ref().map_err(|error| *error),
        destination: destination.as_ref().map_err(|error| *error),
        rule: None,
        content: None,
        attribution: &Attribution::default(),
        now,
    };
    policy::decide(facts, trace).map(|_| ())
}
