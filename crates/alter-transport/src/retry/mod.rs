//! Retry: tries again when that is safe, inside the deadline and within a budget.
//!
//! # When it runs
//! Around every attempt: below the deadline and the call layers, above everything that happens anew each time.
//! Signing is below, so every attempt has its own nonce and timestamp, made after the wait.
//!
//! # What it sees
//! The answer or error of each attempt, and from the [`CallContext`] whether the operation may
//! be repeated. What is tried again, and what never is, stands in one table: [`classify`].
//!
//! # What an error does
//! The last answer or error is handed on, with the number of attempts noted on it. If the wait that the peer asked
//! for does not fit the deadline, the answer is handed on at once, so that the caller can plan.

mod classify;
mod retry_after;
mod settings;

use std::{sync::Arc, time::Duration};

use alter_auth::Clock;
use tokio::time::sleep;
use tower::{
    retry::budget::{Budget as _, TpsBudget},
    util::rng::{HasherRng, Rng as _},
};

pub use self::{
    classify::{Verdict, classify},
    settings::Retry,
};
use crate::{
    Attempt, CallContext, CallMeta, Deadline, Error, Replay, Request, Response,
    layer::{Handle, Next, tower_layer},
    meta::Progress,
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

tower_layer!(RetryLayer);

impl Handle for RetryLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        let mut attempt = 1;
        loop {
            let replay = request.extensions().get().map_or(Replay::UnsentOnly, CallContext::replay);
            // No copy, no further attempt: this is the last one allowed, or the body can be sent only once.
            let copy = if attempt < self.settings.max_attempts() { copy(&request) } else { None };
            let mut result = next.run(request).await;
            let verdict = classify(&result, replay, &*self.clock);
            let Some((again, wait)) = copy.and_then(|again| self.wait(again, attempt, verdict)) else {
                if verdict == Verdict::Stop {
                    self.budget.deposit();
                }
                meta_of(&mut result).attempts = attempt;
                return result;
            };
            attempt += 1;
            tracing::debug!(attempt, wait_ms = wait.as_millis(), "trying again");
            request = again;
            request.extensions_mut().insert(Attempt(attempt));
            if let Some(progress) = request.extensions().get::<Progress>() {
                progress.began(attempt);
            }
            sleep(wait).await;
        }
    }
}

impl RetryLayer {
    /// How long to wait before `again` is sent, or `None` if it should not be.
    fn wait(&self, again: Box<Request>, attempt: u32, verdict: Verdict) -> Option<(Box<Request>, Duration)> {
        let Verdict::Again(advised) = verdict else { return None };
        let wait = self.settings.wait_after(attempt, HasherRng::new().next_f64()).max(advised);
        let deadline = again.extensions().get::<Deadline>();
        let in_time = deadline.is_none_or(|deadline| wait < deadline.remaining());
        (in_time && self.budget.withdraw()).then_some((again, wait))
    }
}

fn meta_of(result: &mut Result<Response, Error>) -> &mut CallMeta {
    match result {
        Ok(response) => CallMeta::of(response.extensions_mut()),
        Err(error) => error.meta_mut(),
    }
}

/// The same request again, unless its body is a stream.
fn copy(request: &Request) -> Option<Box<Request>> {
    let mut copy = Box::new(Request::new(request.body().try_clone()?));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}
