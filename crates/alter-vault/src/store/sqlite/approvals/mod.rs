//! Frozen calls: kept, decided on, and asked about. Carrying them out is in `carry_out`, reading them in `read`.

mod carry_out;
mod read;
mod verbs;

use alter_types::{AppId, ApprovalId, ApprovalStatusValue as Status};
use rusqlite::params;
use uuid::Uuid;

use carry_out::needs_work;
use read::{answer, frozen, list, one};

use super::work::Work;
use crate::{
    ApprovalRecord, Decision, Scope, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::{self, Denial, KeyFacts, Trace},
    scope,
    store::{CredentialUse, Decided, FrozenUse, LoadedGrant, SignedCall, StoreError},
};

/// Calls of one application that may wait at the same time.
pub(super) const MAX_WAITING: i64 = 1_000;

impl Work<'_> {
    pub(super) fn waiting_approvals(&mut self, app: AppId) -> Result<i64, StoreError> {
        let now = self.now();
        let waiting = self
            .prepare(
                "SELECT count(*) FROM approvals WHERE status = 'pending' AND expires_at > ?2 AND app = ?1",
            )?
            .query_row(params![app.as_bytes(), now], |row| row.get(0))?;
        Ok(waiting)
    }

    /// Keeps a call until its approvers have decided.
    pub(super) fn hold(
        &mut self,
        key: &KeyFacts,
        call: &SignedCall,
        wanted: &CredentialUse,
        grant: &LoadedGrant,
        frozen: &FrozenUse,
    ) -> Result<ApprovalRecord, StoreError> {
        let now = self.now();
        let caller = call.attribution.caller.as_ref();
        let destination = wanted.destination.as_ref().ok();
        self.prepare(
            "INSERT INTO approvals (id, app, grant_id, key_id, key_prefix, provider, method, url, reason, caller,
                                    caller_type, request_id, constraints, status, created_at, expires_at, data_key,
                                    frozen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'pending', ?14, ?15, ?16, ?17)",
        )?
        .execute(params![
            frozen.id.as_bytes(),
            key.app.as_bytes(),
            grant.facts.id.as_bytes(),
            key.id.as_bytes(),
            key.prefix,
            grant.facts.provider,
            wanted.method.as_ref().map_or("", |method| method.as_str()),
            destination.map_or("", |url| url.without_query()),
            wanted.reason,
            caller.map(alter_types::Caller::name),
            caller.map(|caller| caller.kind().as_str()),
            call.request_id,
            call.narrowing.scopes.as_ref().map(alter_auth::ScopeConstraints::header),
            now,
            now.saturating_add(grant.facts.approval_window),
            frozen.call.data_key,
            frozen.call.sealed,
        ])?;
        for (position, (id, approver)) in frozen.gates.iter().zip(grant.facts.approvers()).enumerate() {
            self.prepare(
                "INSERT INTO approval_gates (id, approval, position, approver, status)
                 VALUES (?1, ?2, ?3, ?4, 'pending')",
            )?
            .execute(params![id.as_bytes(), frozen.id.as_bytes(), position as i64, approver])?;
        }
        self.approval_record(key.app, frozen.id.uuid())?.ok_or(StoreError::Damaged("an approval is missing"))
    }

    /// Admits an SDK that asks how its call stands. Asking uses no credential and leaves no row.
    pub(super) fn ask_approval(
        &mut self,
        call: &SignedCall,
        id: ApprovalId,
    ) -> Result<Result<ApprovalRecord, crate::Refusal>, StoreError> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        // Either scope is enough.
        let held = |required| match &call.narrowing.scopes {
            Some(kept) => kept.iter().any(|scope| scope::covers(scope, required)),
            None => scope::covers(&key.scopes, required),
        };
        let required = if held(Scope::APPROVALS_READ) { Scope::APPROVALS_READ } else { Scope::PROXY_EXECUTE };
        if let Err(denial) = self.admit(&key, call, required, &mut Trace::new()) {
            return Ok(Err(denial.into()));
        }
        let found = self.approval_record(key.app, id.uuid())?;
        Ok(found.ok_or_else(|| Denial::NoSuchApproval.into()))
    }

    /// Takes one person's word. Saying the same again changes nothing.
    pub(super) fn decide(
        &mut self,
        app: AppId,
        decided: &Decided,
    ) -> Result<Result<ApprovalRecord, VaultError>, StoreError> {
        let Some(record) = self.approval_record(app, decided.id)? else {
            return Ok(Err(NO_APPROVAL));
        };
        let gate = match gate_of(&record, decided) {
            Ok(gate) => gate,
            Err(error) => return Ok(Err(error)),
        };
        let word = match decided.decision {
            Decision::Approve => Status::Approved,
            Decision::Deny => Status::Denied,
        };
        if record.gates[gate].status == word {
            return Ok(Ok(record));
        }
        if record.status != Status::Pending || record.gates[gate].status != Status::Pending {
            let problem = format!("it is {} already, and a decision stands", record.status.as_str());
            return Ok(Err(VaultError::conflict("approval", problem)));
        }
        let now = self.now();
        self.prepare("UPDATE approval_gates SET status = ?2, decided_at = ?3 WHERE id = ?1")?
            .execute(params![record.gates[gate].id.as_bytes(), word.as_str(), now])?;
        let words =
            record.gates.iter().enumerate().map(|(at, other)| if at == gate { word } else { other.status });
        let verdict = policy::approval::verdict(words);
        self.prepare(
            "UPDATE approvals SET status = ?2, decided_at = ?3, decision_reason = ?4 WHERE id = ?1",
        )?
        .execute(params![record.id.as_bytes(), verdict.as_str(), now, decided.reason])?;

        let outcome = if word == Status::Denied { AuditOutcome::Denied } else { AuditOutcome::Allowed };
        let decision = format!("{{\"approver\":{}}}", serde_json::json!(record.gates[gate].approver));
        let mut entry = about(&record, AuditEvent::ApprovalDecide, outcome).reason(decided.reason.as_deref());
        entry.decision = Some(&decision);
        self.append(&entry)?;
        let record = self.approval_record(app, record.id.uuid())?;
        Ok(record.ok_or(NO_APPROVAL))
    }

    fn approval_record(&mut self, app: AppId, id: Uuid) -> Result<Option<ApprovalRecord>, StoreError> {
        let now = self.now();
        one(self.connection(), app, id, now)
    }
}

pub(super) const NO_APPROVAL: VaultError = VaultError::NotFound { what: "approval in this application" };

/// Whose gate is meant: by its id, by the approver's name, or because there is only one.
fn gate_of(record: &ApprovalRecord, decided: &Decided) -> Result<usize, VaultError> {
    let by_id = record.gates.iter().position(|gate| gate.id.uuid() == decided.id);
    let by_name = |name: &str| record.gates.iter().position(|gate| gate.approver == name);
    let names = || record.gates.iter().map(|gate| gate.approver.as_str()).collect::<Vec<_>>().join(", ");
    match (by_id, &decided.approver) {
        (Some(gate), None) => Ok(gate),
        (Some(gate), Some(name)) if record.gates[gate].approver == name.as_str() => Ok(gate),
        (None, None) if record.gates.len() == 1 => Ok(0),
        (None, None) => {
            Err(VaultError::invalid("approver", format!("several have to decide; say who does: {}", names())))
        }
        (_, Some(name)) => match by_name(name.as_str()) {
            Some(gate) if by_id.is_none() => Ok(gate),
            _ => Err(VaultError::invalid("approver", format!("not {name}'s to decide, but: {}", names()))),
        },
    }
}

/// A row about a frozen call.
fn about(record: &ApprovalRecord, event: AuditEvent, outcome: AuditOutcome) -> Entry<'_> {
    let mut entry = Entry::new(event, outcome)
        .app(record.app)
        .provider(Some(&record.provider))
        .call(Some(&record.method), Some(&record.url))
        .subject(record.id.uuid());
    entry.grant = Some(record.grant);
    entry
}
