//! Uses of credentials: released, proxied, reported.

use std::sync::Arc;

use alter_types::{AddressedGrant, ApiCallAuditLog, ErrorCode};
use rusqlite::{OptionalExtension as _, params};

use super::{Answer, entry};
use crate::{
    ProxyOutcome, ProxyTicketId, Scope, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry, report::BoundedReport},
    policy::{self, Check, Denial, Principal, Trace, UseFacts},
    store::{
        CredentialUse, Purpose, Released, SignedCall, StoreError, Use, UseRecord,
        sqlite::{approvals::MAX_WAITING, credentials, ids::optional_id, work::Work},
    },
};

impl Work<'_> {
    pub(in crate::store::sqlite) fn use_credential(
        &mut self,
        call: &SignedCall,
        wanted: &CredentialUse,
    ) -> Answer<Use> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let principal = Principal::of(&key, &call.attribution);
        let owner = principal.as_ref().ok().and_then(|principal| principal.agent());
        if wanted.purpose == Purpose::Proxy && wanted.frozen.is_none() {
            let addressed = self.addressed_grants(key.app, owner, &wanted.grant)?;
            if let [grant] = addressed.as_slice()
                && !grant.facts.approvers.is_empty()
            {
                return Ok(Ok(Use::Freeze { app: key.app, gates: grant.facts.approvers().count() }));
            }
        }
        let mut trace = Trace::new();
        let mut loaded = Vec::new();
        let mut verdict = self.admit(&key, call, wanted.purpose.required_scope(), &mut trace);
        let (principal, reach) = match (verdict.is_ok(), principal) {
            (false, _) => (Principal::App, None),
            (true, Err(denial)) => {
                trace.stopped_at(Check::Principal);
                verdict = Err(denial);
                (Principal::App, None)
            }
            (true, Ok(principal)) => match self.agent_reach(&key, principal)?.transpose() {
                Ok(reach) => (principal, reach),
                Err(denial) => {
                    trace.stopped_at(Check::Principal);
                    verdict = Err(denial);
                    (principal, None)
                }
            },
        };
        if verdict.is_ok() {
            loaded = self.addressed_grants(key.app, owner, &wanted.grant)?;
            let facts = UseFacts {
                grant: credentials::lookup(&wanted.grant, &loaded),
                principal,
                reach: reach.as_ref(),
                retrieves: wanted.purpose == Purpose::Retrieve,
                carries_user_token: wanted.carries_user_token,
                method: wanted.method.as_ref().map_err(|error| *error),
                destination: wanted.destination.as_ref().map_err(|error| *error),
                rule: call.narrowing.rule.as_ref(),
                content: wanted.content.as_ref(),
                attribution: &call.attribution,
                now: self.now(),
            };
            verdict = policy::decide(facts, &mut trace).map(|_| ());
        }
        let grant = match (loaded.pop(), loaded.is_empty()) {
            (Some(only), true) => Some(only),
            _ => None,
        };

        let (addressed, provider) = match &wanted.grant {
            AddressedGrant::Grant(id) => (Some(*id), None),
            AddressedGrant::Provider(address) => (None, Some(address.provider_id.as_str())),
        };
        let decision = trace.to_json();
        let mut entry = entry(wanted.purpose.event(), call, &key)
            .call(
                wanted.method.as_ref().ok().map(|method| method.as_str()),
                wanted.destination.as_ref().ok().map(|url| url.without_query()),
            )
            .reason(wanted.reason.as_deref())
            .provider(grant.as_ref().map(|grant| &*grant.facts.provider).or(provider));
        entry.grant = grant.as_ref().map(|grant| grant.facts.id).or(addressed);
        entry.generation = grant.as_ref().map(|grant| grant.facts.generation);
        entry.decision = Some(&decision);
        if let Err(denial) = verdict {
            return self.deny(entry, denial);
        }
        let grant = grant.as_ref().ok_or(StoreError::Damaged("a use was allowed without a grant"))?;
        if let Some(frozen) = &wanted.frozen
            && !grant.facts.approvers.is_empty()
        {
            let waiting = self.waiting_approvals(key.app)?;
            if waiting >= MAX_WAITING {
                return self.deny(entry, Denial::TooManyApprovals { waiting });
            }
            let entry = entry.event(AuditEvent::ApprovalRequest).subject(frozen.id.uuid());
            self.append(&entry)?;
            return Ok(Ok(Use::Held(Box::new(self.hold(&key, call, wanted, grant, frozen)?))));
        }
        let seq = self.append(&entry)?;
        Ok(Ok(Use::Released(Released {
            record: UseRecord {
                seq,
                purpose: wanted.purpose,
                app: key.app,
                grant: grant.facts.id,
                generation: grant.facts.generation,
            },
            grant: Arc::clone(grant),
            decided_at: self.now(),
        })))
    }

    pub(in crate::store::sqlite) fn credential_unusable(
        &mut self,
        used: UseRecord,
    ) -> Result<(), StoreError> {
        let mut entry = Entry::new(used.purpose.event(), AuditOutcome::Failed).app(used.app);
        entry.code = Some(ErrorCode::INTERNAL_ERROR);
        entry.grant = Some(used.grant);
        entry.generation = Some(used.generation);
        entry.completes = Some(used.seq);
        self.append(&entry).map(|_| ())
    }

    pub(in crate::store::sqlite) fn finish_proxy(
        &mut self,
        ticket: ProxyTicketId,
        outcome: &ProxyOutcome,
    ) -> Result<Result<(), VaultError>, StoreError> {
        let begun = self
            .prepare(
                "SELECT app, key_id, key_prefix, grant_id, provider, generation, method, url, request_id
                 FROM audit WHERE seq = ?1 AND event = ?2 AND outcome = ?3",
            )?
            .query_row(
                params![
                    ticket.audit_seq(),
                    AuditEvent::ProxyExecute.as_str(),
                    AuditOutcome::Allowed.as_str()
                ],
                |row| {
                    let texts: [Option<String>; 5] =
                        [row.get(2)?, row.get(4)?, row.get(6)?, row.get(7)?, row.get(8)?];
                    Ok((
                        optional_id(row, 0)?,
                        optional_id(row, 1)?,
                        optional_id(row, 3)?,
                        optional_id(row, 5)?,
                        texts,
                    ))
                },
            )
            .optional()?;
        let Some((app, key, grant, generation, texts)) = begun else {
            return Ok(Err(VaultError::NotFound { what: "proxied call" }));
        };
        let [prefix, provider, method, url, request_id] = &texts;
        let result = match (outcome.status, &outcome.error) {
            (Some(_), None) => AuditOutcome::Allowed,
            _ => AuditOutcome::Failed,
        };
        let mut entry = Entry::new(AuditEvent::ProxyResult, result)
            .provider(provider.as_deref())
            .call(method.as_deref(), url.as_deref())
            .request(request_id.as_deref().unwrap_or_default(), None);
        entry.app = app;
        entry.key = key.zip(prefix.as_deref());
        entry.grant = grant;
        entry.generation = generation;
        entry.code = outcome.error.clone().map(ErrorCode::new);
        entry.status = outcome.status;
        entry.latency_ms = Some(outcome.duration_ms);
        entry.completes = Some(ticket.audit_seq());
        self.append(&entry)?;
        Ok(Ok(()))
    }

    pub(in crate::store::sqlite) fn report_call(
        &mut self,
        call: &SignedCall,
        report: &ApiCallAuditLog,
        bounded: &BoundedReport,
    ) -> Answer<()> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let (verdict, trace) = self.admit_for_grant(&key, call, Scope::AUDIT_EMIT, report.grant_id)?;
        let decision = trace.to_json();
        let mut entry = entry(AuditEvent::ApiCall, call, &key)
            .provider(Some(&report.provider_id).filter(|id| !id.is_empty()).map(String::as_str))
            .call(Some(&report.method), Some(&bounded.url))
            .reason(report.reason.as_deref());
        entry.grant = Some(report.grant_id);
        entry.decision = Some(&decision);
        if let Err(denial) = verdict {
            return self.deny(entry, denial);
        }
        if report.response_status == 0 {
            entry = entry.outcome(AuditOutcome::Failed);
        } else {
            entry.status = Some(report.response_status);
        }
        entry.generation = report.token_generation;
        entry.latency_ms = Some(report.latency_ms);
        entry.report = Some(&bounded.json);
        self.append(&entry)?;
        Ok(Ok(()))
    }
}
