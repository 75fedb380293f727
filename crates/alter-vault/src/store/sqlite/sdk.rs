//! The verbs that serve SDKs: admit the call, load facts, let the policy decide, write the row.

use alter_types::{
    AddressedGrant, ApiCallAuditLog, AppId, ErrorCode, GrantId, ListGrantsRequest, RevokeGrantRequest,
    RevokeGrantResult,
};
use rusqlite::{OptionalExtension as _, params};

use super::{credentials, grants::Revocation, ids::optional_id, work::Work};
use crate::{
    AttemptedRequest, ProxyOutcome, ProxyTicketId, Refusal, Scope, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry, report::BoundedReport},
    policy::{self, AdmissionFacts, Check, Denial, KeyFacts, Trace, UseFacts},
    seal::KeyDigest,
    store::{CredentialUse, KeyStanding, Released, SignedCall, StoreError, UseRecord},
};

/// The answer to an SDK inside a transaction that went well.
type Answer<T> = Result<Result<T, Refusal>, StoreError>;

impl Work<'_> {
    pub(super) fn use_credential(&mut self, call: &SignedCall, wanted: &CredentialUse) -> Answer<Released> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let mut trace = Trace::new();
        let mut loaded = Vec::new();
        let mut verdict = self.admit(&key, call, wanted.purpose.required_scope(), &mut trace)?;
        if verdict.is_ok() {
            loaded = self.addressed_grants(key.app, &wanted.grant)?;
            let facts = UseFacts {
                grant: credentials::lookup(&wanted.grant, &loaded),
                carries_user_token: wanted.carries_user_token,
                method: wanted.method.as_ref().map_err(|error| *error),
                destination: wanted.destination.as_ref().map_err(|error| *error),
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
        let decision = trace.into_json();
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
        let seq = self.append(&entry)?;
        let grant = grant.ok_or(StoreError::Damaged("a use was allowed without a grant"))?;
        Ok(Ok(Released {
            record: UseRecord {
                seq,
                purpose: wanted.purpose,
                app: key.app,
                grant: grant.facts.id,
                generation: grant.facts.generation,
            },
            provider: grant.facts.provider.into(),
            injection_header: grant.injection_header,
            injection_format: grant.injection_format,
            credential: grant.credential,
            grant_expires_at: grant.facts.expires_at,
            decided_at: self.now(),
        }))
    }

    pub(super) fn credential_unusable(&mut self, used: UseRecord) -> Result<(), StoreError> {
        let mut entry = Entry::new(used.purpose.event(), AuditOutcome::Failed).app(used.app);
        entry.code = Some(ErrorCode::INTERNAL_ERROR);
        entry.grant = Some(used.grant);
        entry.generation = Some(used.generation);
        entry.completes = Some(used.seq);
        self.append(&entry).map(|_| ())
    }

    pub(super) fn finish_proxy(
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

    pub(super) fn report_call(
        &mut self,
        call: &SignedCall,
        report: &ApiCallAuditLog,
        bounded: &BoundedReport,
    ) -> Answer<()> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let (verdict, decision) = self.admit_for_grant(&key, call, Scope::AUDIT_EMIT, report.grant_id)?;
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

    /// Admits a listing; the list itself is read beside the writer, from a state at least as new.
    pub(super) fn admit_list(&mut self, call: &SignedCall, request: &ListGrantsRequest) -> Answer<AppId> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let mut trace = Trace::new();
        let verdict = self.admit(&key, call, Scope::GRANTS_READ, &mut trace)?;
        let decision = trace.into_json();
        let mut entry = entry(AuditEvent::GrantList, call, &key).provider(request.provider_id.as_deref());
        entry.decision = Some(&decision);
        if let Err(denial) = verdict {
            return self.deny(entry, denial);
        }
        self.append(&entry)?;
        Ok(Ok(key.app))
    }

    pub(super) fn revoke_grant(
        &mut self,
        call: &SignedCall,
        grant: GrantId,
        request: &RevokeGrantRequest,
    ) -> Answer<RevokeGrantResult> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let (mut verdict, decision) = self.admit_for_grant(&key, call, Scope::GRANTS_WRITE, grant)?;
        // A user token narrows the revocation to that user's grants, and the application's own are not among them.
        if verdict.is_ok() && request.user_token.is_some() {
            verdict = Err(Denial::NoSuchGrant { provider: None });
        }
        let mut entry = entry(AuditEvent::GrantRevoke, call, &key).reason(request.reason.as_deref());
        entry.grant = Some(grant);
        entry.decision = Some(&decision);
        let found = match verdict {
            Ok(found) => found,
            Err(denial) => return self.deny(entry, denial),
        };
        let revocation = self.mark_revoked(&found)?;
        if let Revocation::Now(_) = revocation {
            self.append(&entry.provider(Some(&found.provider)))?;
        }
        Ok(Ok(revocation.answer(grant)))
    }

    pub(super) fn revoke_grant_as_operator(
        &mut self,
        app: AppId,
        grant: GrantId,
        reason: Option<&str>,
    ) -> Answer<RevokeGrantResult> {
        let Some(found) = self.grant_on_record(app, grant)? else {
            return Ok(Err(Denial::NoSuchGrant { provider: None }.into()));
        };
        let revocation = self.mark_revoked(&found)?;
        if let Revocation::Now(_) = revocation {
            let mut entry = Entry::new(AuditEvent::GrantRevoke, AuditOutcome::Allowed)
                .app(app)
                .provider(Some(&found.provider))
                .reason(reason);
            entry.grant = Some(grant);
            self.append(&entry)?;
        }
        Ok(Ok(revocation.answer(grant)))
    }

    pub(super) fn refuse_authentication(
        &mut self,
        key: &KeyDigest,
        code: ErrorCode,
        what: &AttemptedRequest,
    ) -> Result<KeyStanding, StoreError> {
        let Some(key) = self.key_by_digest(key)? else {
            return Ok(KeyStanding::Unknown);
        };
        let client_ip = what.client_ip.map(|ip| ip.to_string());
        let mut entry = Entry::new(AuditEvent::AuthRefused, AuditOutcome::Denied)
            .app(key.app)
            .call(Some(&what.method), Some(&what.path))
            .request(&what.request_id, client_ip.as_deref());
        entry.key = Some((key.id, &key.prefix));
        entry.code = Some(code);
        self.append(&entry)?;
        Ok(KeyStanding::Known)
    }

    /// Takes the nonce and asks the policy whether this key may do this kind of thing.
    fn admit(
        &self,
        key: &KeyFacts,
        call: &SignedCall,
        required_scope: &'static str,
        trace: &mut Trace,
    ) -> Result<Result<(), Denial>, StoreError> {
        let nonce_is_new = self.take_nonce(key.id, call)?;
        let facts = AdmissionFacts { key, nonce_is_new, required_scope, now: self.now() };
        Ok(policy::admit(&facts, trace))
    }

    /// [`admit`](Self::admit) for an operation on one grant of the key's application, whatever the grant's state.
    fn admit_for_grant(
        &self,
        key: &KeyFacts,
        call: &SignedCall,
        required_scope: &'static str,
        grant: GrantId,
    ) -> Result<(Result<super::grants::GrantOnRecord, Denial>, String), StoreError> {
        let mut trace = Trace::new();
        let verdict = match self.admit(key, call, required_scope, &mut trace)? {
            Err(denial) => Err(denial),
            Ok(()) => match self.grant_on_record(key.app, grant)? {
                Some(found) => {
                    trace.passed(Check::Grant);
                    Ok(found)
                }
                None => {
                    trace.stopped_at(Check::Grant);
                    Err(Denial::NoSuchGrant { provider: None })
                }
            },
        };
        Ok((verdict, trace.into_json()))
    }

    /// Writes the row of a refusal. That is a success of the transaction: the row has to stay.
    fn deny<T>(&mut self, entry: Entry<'_>, denial: Denial) -> Answer<T> {
        let refusal = Refusal::from(denial);
        let mut entry = entry.outcome(AuditOutcome::Denied);
        entry.code = Some(refusal.code().clone());
        self.append(&entry)?;
        Ok(Err(refusal))
    }
}

/// The row of a call that is allowed so far.
fn entry<'a>(event: AuditEvent, call: &'a SignedCall, key: &'a KeyFacts) -> Entry<'a> {
    let mut entry = Entry::new(event, AuditOutcome::Allowed)
        .app(key.app)
        .attribution(&call.attribution)
        .request(&call.request_id, call.client_ip.as_deref());
    entry.key = Some((key.id, &key.prefix));
    entry
}
