//! May this key do this kind of thing at all, and is the request new?

use alter_auth::ScopeConstraints;
use alter_types::{AgentId, AgentStatus, AppId, KeyId};

use super::{Check, Denial, Trace, may_act};
use crate::scope;

/// A stored API key. Times are Unix microseconds.
#[derive(Debug, Clone)]
pub(crate) struct KeyFacts {
    pub(crate) id: KeyId,
    pub(crate) app: AppId,
    /// The agent whose own key it is.
    pub(crate) agent: Option<AgentId>,
    pub(crate) agent_status: Option<AgentStatus>,
    pub(crate) prefix: Box<str>,
    /// Scopes with spaces between them.
    pub(crate) scopes: Box<str>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

/// What is known about a call's nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NonceStanding {
    /// It is taken by this call.
    New,
    /// An earlier call with this key took it.
    Taken,
    /// The call was signed so long ago that this is not known any more.
    Forgotten,
    /// No further nonce can be remembered now.
    NoRoom,
}

/// What [`admit`] decides on.
#[derive(Debug)]
pub(crate) struct AdmissionFacts<'a> {
    pub(crate) key: &'a KeyFacts,
    pub(crate) nonce: NonceStanding,
    /// What the operation needs. `None`: nothing but a live key; not even its agent has to be active.
    pub(crate) required_scope: Option<&'static str>,
    /// The scopes the request keeps, if it gave up others.
    pub(crate) kept: Option<&'a ScopeConstraints>,
    pub(crate) now: i64,
}

/// Whether the call may go on to its operation.
pub(crate) fn admit(facts: &AdmissionFacts<'_>, trace: &mut Trace) -> Result<(), Denial> {
    let stop = |trace: &mut Trace, check, denial| {
        trace.stopped_at(check);
        Err(denial)
    };
    if facts.key.revoked_at.is_some() {
        return stop(trace, Check::Key, Denial::KeyRevoked);
    }
    if facts.key.expires_at.is_some_and(|end| end <= facts.now) {
        return stop(trace, Check::Key, Denial::KeyExpired);
    }
    if let (Some(status), Some(_)) = (facts.key.agent_status, facts.required_scope)
        && let Err(denial) = may_act(status)
    {
        return stop(trace, Check::Key, denial);
    }
    trace.passed(Check::Key);
    match facts.nonce {
        NonceStanding::New => {}
        NonceStanding::Taken => return stop(trace, Check::Nonce, Denial::ReplayedNonce),
        NonceStanding::Forgotten => return stop(trace, Check::Nonce, Denial::SignedTooLongAgo),
        NonceStanding::NoRoom => return stop(trace, Check::Nonce, Denial::TooManyNonces),
    }
    trace.passed(Check::Nonce);
    let Some(required) = facts.required_scope else {
        return Ok(());
    };
    if let Some(kept) = facts.kept {
        if let Some(wider) = kept.iter().find(|scope| !scope::covers(&facts.key.scopes, scope)) {
            return stop(trace, Check::Scope, Denial::NotNarrowing { scope: wider.into() });
        }
        if !kept.iter().any(|scope| scope::covers(scope, required)) {
            let granted = kept.iter().collect::<Vec<_>>().join(" ").into();
            return stop(trace, Check::Scope, Denial::MissingScope { required, granted });
        }
    }
    if !scope::covers(&facts.key.scopes, required) {
        let granted = facts.key.scopes.clone();
        return stop(trace, Check::Scope, Denial::MissingScope { required, granted });
    }
    trace.passed(Check::Scope);
    Ok(())
}
