//! [`VerifiedIdentity`]: an identity somebody vouches for, the only thing a memory scope is derived from.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{IdentityContext, MemoryIsolationCode, MemoryScope};
use crate::{Timestamp, error::MemoryIsolationError};

/// An identity that was proven to this process: by an authenticated answer, or by an assertion that verified.
///
/// It cannot be read from JSON and cannot be changed; what it was made from can.
///
/// ```compile_fail
/// use alter_types::{IdentityContext, MemoryCoverage, Timestamp};
///
/// // Whoever read an identity from somewhere has a claim, and a claim has no memory.
/// let claim: IdentityContext = serde_json::from_str(r#"{"app_id":"app-1","agent_id":"bot-7"}"#).unwrap();
/// claim.memory_scope(MemoryCoverage::AgentOnly, Timestamp::from_unix_seconds(0));
/// ```
#[derive(Debug, Clone)]
pub struct VerifiedIdentity {
    context: IdentityContext,
    valid_until: Option<Timestamp>,
    vouched_at: Moment,
}

/// A moment of this process, comparable with others of the same process and with nothing else: a logical clock that
/// steps each time it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Now: later than every moment this process has named before.
    #[must_use]
    pub fn now() -> Self {
        static STEPS: AtomicU64 = AtomicU64::new(0);
        Self(STEPS.fetch_add(1, Ordering::Relaxed))
    }
}

/// Which memory of an agent is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MemoryCoverage {
    /// What it remembers of one user.
    #[default]
    AgentAndUser,
    /// What it remembers on its own account; refused while there is a user.
    AgentOnly,
}

impl VerifiedIdentity {
    /// Vouches for the answer of an authenticated `resolve_identity`. It proves the identity as of now, without end.
    #[must_use]
    pub fn vouch_for_answer(context: IdentityContext) -> Self {
        Self { context, valid_until: None, vouched_at: Moment::now() }
    }

    /// Vouches for an assertion that verified, until the whole second of its expiry.
    #[must_use]
    pub fn vouch_for_assertion(context: IdentityContext, expires_at: Timestamp) -> Self {
        let whole = Timestamp::from_unix_seconds(expires_at.unix_seconds());
        Self { context, valid_until: Some(whole), vouched_at: Moment::now() }
    }

    /// When the proof ends; `None` for an answer that proves the present only.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }

    /// When somebody vouched for it.
    #[must_use]
    pub fn vouched_at(&self) -> Moment {
        self.vouched_at
    }

    /// The identity without the proof.
    #[must_use]
    pub fn into_context(self) -> IdentityContext {
        self.context
    }

    /// The namespace this identity's memory lives in.
    ///
    /// # Errors
    /// [`MemoryIsolationError`] with `memory_identity_expired`, `memory_agent_required`, `memory_user_required`,
    /// `memory_user_not_active` or `memory_user_cannot_be_dropped`.
    pub fn memory_scope(
        &self,
        coverage: MemoryCoverage,
        now: Timestamp,
    ) -> Result<MemoryScope, MemoryIsolationError> {
        if self.valid_until.is_some_and(|end| now >= end) {
            let code = MemoryIsolationCode::IdentityExpired;
            return Err(MemoryIsolationError::refused(code, "the proof of the identity has expired"));
        }
        match coverage {
            MemoryCoverage::AgentAndUser => MemoryScope::of_verified_user(&self.context),
            MemoryCoverage::AgentOnly => MemoryScope::of_verified_agent(&self.context),
        }
    }
}

impl Deref for VerifiedIdentity {
    type Target = IdentityContext;

    fn deref(&self) -> &IdentityContext {
        &self.context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_as_old_as_its_original() {
        let before = Moment::now();
        let identity = VerifiedIdentity::vouch_for_answer(IdentityContext::new("app-1"));
        let after = Moment::now();
        assert!(before < identity.vouched_at() && identity.vouched_at() < after);
        assert_eq!(identity.clone().vouched_at(), identity.vouched_at());
    }
}
