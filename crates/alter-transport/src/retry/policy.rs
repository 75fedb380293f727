//! [`RetryPolicy`]: the state of one call between its attempts.

use std::{sync::Arc, time::Duration};

use alter_auth::Clock;
use tokio::time::{Sleep, sleep};
use tower::{
    retry::{
        Policy,
        budget::{Budget as _, TpsBudget},
    },
    util::rng::{HasherRng, Rng as _},
};

use super::{Retry, Verdict, classify};
use crate::{
    Attempt, Body, CallContext, CallMeta, Deadline, Error, Replay, Request, Response, meta::Progress,
};

/// Decides after each attempt; `tower::retry` clones it for every call.
#[derive(Clone)]
pub struct RetryPolicy {
    settings: Retry,
    budget: Arc<TpsBudget>,
    clock: Arc<dyn Clock>,
    attempt: u32,
}

impl RetryPolicy {
    pub(crate) fn new(settings: Retry, budget: Arc<TpsBudget>, clock: Arc<dyn Clock>) -> Self {
        Self { settings, budget, clock, attempt: 1 }
    }

    /// How long to wait before the next attempt, or `None` for no next attempt.
    fn wait(&self, request: &Request, result: &Result<Response, Error>) -> Option<Duration> {
        let replay =
            request.extensions().get::<CallContext>().map_or(Replay::UnsentOnly, |cx| cx.operation.replay());
        let Verdict::Again(advised) = classify(result, replay, &*self.clock) else {
            self.budget.deposit();
            return None;
        };
        if self.attempt >= self.settings.max_attempts() {
            return None;
        }
        let wait = self.settings.wait_after(self.attempt, HasherRng::new().next_f64()).max(advised);
        let in_time =
            request.extensions().get::<Deadline>().is_none_or(|deadline| wait < deadline.remaining());
        (in_time && self.budget.withdraw()).then_some(wait)
    }
}

impl Policy<Request, Response, Error> for RetryPolicy {
    type Future = Sleep;

    fn retry(&mut self, request: &mut Request, result: &mut Result<Response, Error>) -> Option<Sleep> {
        match self.wait(request, result) {
            Some(wait) => {
                self.attempt += 1;
                request.extensions_mut().insert(Attempt(self.attempt));
                if let Some(progress) = request.extensions().get::<Progress>() {
                    progress.began(self.attempt);
                }
                tracing::debug!(attempt = self.attempt, wait_ms = wait.as_millis(), "trying again");
                Some(sleep(wait))
            }
            None => {
                match result {
                    Ok(response) => CallMeta::of(response.extensions_mut()).attempts = self.attempt,
                    Err(error) => error.meta_mut().attempts = self.attempt,
                }
                None
            }
        }
    }

    /// A copy for the next attempt, unless there cannot be one: the last attempt allowed, or a streaming body.
    fn clone_request(&mut self, request: &Request) -> Option<Request> {
        if self.settings.max_attempts() == 1 {
            return None;
        }
        let body: Body = request.body().try_clone()?;
        let mut copy = Request::new(body);
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.version_mut() = request.version();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        Some(copy)
    }
}

impl std::fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("settings", &self.settings)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
