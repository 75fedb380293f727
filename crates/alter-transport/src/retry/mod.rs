//! Retry: tries again when that is safe, inside the deadline and within a budget.
//!
//! # When it runs
//! Around every attempt: below the deadline and the call layers, above everything that happens anew each time.
//! Signing is below, so every attempt has its own nonce and timestamp, made after the wait.
//!
//! # What it sees
//! The answer or error of each attempt, and from the [`CallContext`](crate::CallContext) whether the operation may
//! be repeated. What is tried again, and what never is, stands in one table: [`classify`].
//!
//! # What an error does
//! The last answer or error is handed on, with the number of attempts noted on it. If the wait that the peer asked
//! for does not fit the deadline, the answer is handed on at once, so that the caller can plan.

mod classify;
mod policy;
mod retry_after;
mod settings;

use std::sync::Arc;

use alter_auth::Clock;
use tower::{Layer, retry::budget::TpsBudget};

pub use self::{
    classify::{Verdict, classify},
    policy::RetryPolicy,
    settings::Retry,
};

/// Tries again as [`Retry`] says. Clones share one budget.
#[derive(Debug, Clone)]
pub struct RetryLayer {
    settings: Retry,
    budget: Arc<TpsBudget>,
    clock: Arc<dyn Clock>,
}

impl RetryLayer {
    /// `clock` gives the time that dates in `Retry-After` are compared with.
    #[must_use]
    pub fn new(settings: Retry, clock: Arc<dyn Clock>) -> Self {
        let budget = Arc::new(settings.new_budget());
        Self { settings, budget, clock }
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = tower::retry::Retry<RetryPolicy, S>;

    fn layer(&self, inner: S) -> Self::Service {
        let policy =
            RetryPolicy::new(self.settings.clone(), Arc::clone(&self.budget), Arc::clone(&self.clock));
        tower::retry::Retry::new(policy, inner)
    }
}
