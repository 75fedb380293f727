//! The decision: pure functions from facts to a verdict. No clock, no storage, no randomness.
//!
//! Default deny: a use is allowed when every check of [`Check`] was passed, in that order. The store loads the
//! facts and writes the row; the rules are here.

mod admission;
mod agent_scopes;
pub(crate) mod approval;
mod credential_use;
mod denial;
mod principal;
pub(crate) mod rule;
mod trace;

pub(crate) use admission::{AdmissionFacts, KeyFacts, NonceStanding, admit};
pub(crate) use agent_scopes::Reach;
pub(crate) use credential_use::{GrantFacts, GrantLookup, UseFacts, decide};
pub(crate) use denial::{Candidate, Denial};
pub(crate) use principal::{Principal, may_act};
pub(crate) use trace::{Check, Trace};
