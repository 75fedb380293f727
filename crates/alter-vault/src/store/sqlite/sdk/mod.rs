//! The verbs that serve SDKs: admit the call, load facts, let the policy decide, write the row. What they share is
//! here; uses of credentials and operations on grants are below.

mod grants;
mod uses;

use alter_types::{ErrorCode, GrantId};

use super::{grants::GrantOnRecord, work::Work};
use crate::{
    AttemptedRequest, Refusal,
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::{self, AdmissionFacts, Check, Denial, KeyFacts, Trace},
    seal::KeyDigest,
    store::{KeyStanding, SignedCall, StoreError},
};

/// The answer to an SDK inside a transaction that went well.
type Answer<T> = Result<Result<T, Refusal>, StoreError>;

impl Work<'_> {
    pub(super) fn refuse_request(
        &mut self,
        key: &KeyDigest,
        code: &ErrorCode,
        what: &AttemptedRequest,
    ) -> Result<KeyStanding, StoreError> {
        let Some(key) = self.key_by_digest(key)? else {
            return Ok(KeyStanding::Unknown);
        };
        let client_ip = what.client_ip.map(|ip| ip.to_string());
        let mut entry = Entry::new(AuditEvent::RequestRefused, AuditOutcome::Denied)
            .app(key.app)
            .call(Some(&what.method), Some(&what.path))
            .request(&what.request_id, client_ip.as_deref());
        entry.key = Some((key.id, &key.prefix));
        entry.code = Some(code.clone());
        self.append(&entry)?;
        Ok(KeyStanding::Known)
    }

    /// Takes the nonce and asks the policy whether this key may do this kind of thing.
    pub(super) fn admit(
        &mut self,
        key: &KeyFacts,
        call: &SignedCall,
        required_scope: &'static str,
        trace: &mut Trace,
    ) -> Result<(), Denial> {
        self.admit_to(key, call, Some(required_scope), trace)
    }

    /// [`admit`](Self::admit), for an operation that may need no scope.
    pub(super) fn admit_to(
        &mut self,
        key: &KeyFacts,
        call: &SignedCall,
        required_scope: Option<&'static str>,
        trace: &mut Trace,
    ) -> Result<(), Denial> {
        let nonce = self.take_nonce(key.id, call);
        let kept = call.narrowing.scopes.as_ref();
        let facts = AdmissionFacts { key, nonce, required_scope, kept, now: self.now() };
        policy::admit(&facts, trace)
    }

    /// [`admit`](Self::admit) for an operation on one grant of the key's application, whatever the grant's state.
    fn admit_for_grant(
        &mut self,
        key: &KeyFacts,
        call: &SignedCall,
        required_scope: &'static str,
        grant: GrantId,
    ) -> Result<(Result<GrantOnRecord, Denial>, Trace), StoreError> {
        let mut trace = Trace::new();
        let verdict = match self.admit(key, call, required_scope, &mut trace) {
            Err(denial) => Err(denial),
            Ok(()) => match self.grant_on_record(key.app, grant)? {
                Some(found) if key.agent.is_none() || key.agent == found.owner => {
                    trace.passed(Check::Grant);
                    Ok(found)
                }
                _ => {
                    trace.stopped_at(Check::Grant);
                    Err(Denial::NoSuchGrant { provider: None })
                }
            },
        };
        Ok((verdict, trace))
    }

    /// Writes the row of a refusal. That is a success of the transaction: the row has to stay.
    pub(super) fn deny<T>(&mut self, entry: Entry<'_>, denial: Denial) -> Answer<T> {
        let refusal = Refusal::from(denial);
        let mut entry = entry.outcome(AuditOutcome::Denied);
        entry.code = Some(refusal.code().clone());
        self.append(&entry)?;
        Ok(Err(refusal))
    }
}

/// The row of a call that is allowed so far.
pub(super) fn entry<'a>(event: AuditEvent, call: &'a SignedCall, key: &'a KeyFacts) -> Entry<'a> {
    let mut entry = Entry::new(event, AuditOutcome::Allowed)
        .app(key.app)
        .attribution(&call.attribution)
        .request(&call.request_id, call.client_ip.as_deref());
    entry.key = Some((key.id, &key.prefix));
    entry
}
