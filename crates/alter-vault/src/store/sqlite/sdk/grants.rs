//! Operations on grants: listed and revoked by SDKs, and revoked by operators the same way.

use alter_types::{AgentId, AppId, GrantId, ListGrantsRequest, RevokeGrantRequest, RevokeGrantResult};

use super::{Answer, entry};
use crate::{
    Scope,
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::{Denial, Trace},
    store::{
        SignedCall,
        sqlite::{grants::Revocation, work::Work},
    },
};

impl Work<'_> {
    /// Admits a listing, of an application or of the one agent whose key it came with; the list itself is read beside the writer, from a state at least as new.
    pub(in crate::store::sqlite) fn admit_list(
        &mut self,
        call: &SignedCall,
        request: &ListGrantsRequest,
    ) -> Answer<(AppId, Option<AgentId>)> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let mut trace = Trace::new();
        let verdict = self.admit(&key, call, Scope::GRANTS_READ, &mut trace);
        let decision = trace.to_json();
        let mut entry = entry(AuditEvent::GrantList, call, &key).provider(request.provider_id.as_deref());
        entry.decision = Some(&decision);
        if let Err(denial) = verdict {
            return self.deny(entry, denial);
        }
        self.append(&entry)?;
        Ok(Ok((key.app, key.agent)))
    }

    pub(in crate::store::sqlite) fn revoke_grant(
        &mut self,
        call: &SignedCall,
        grant: GrantId,
        request: &RevokeGrantRequest,
    ) -> Answer<RevokeGrantResult> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let (mut verdict, trace) = self.admit_for_grant(&key, call, Scope::GRANTS_WRITE, grant)?;
        // A user token narrows the revocation to that user's grants, and the application's own are not among them.
        if verdict.is_ok() && request.user_token.is_some() {
            verdict = Err(Denial::NoSuchGrant { provider: None });
        }
        let decision = trace.to_json();
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

    pub(in crate::store::sqlite) fn revoke_grant_as_operator(
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
}
