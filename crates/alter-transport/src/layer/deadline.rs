//! Deadline: one time budget for a whole call.
//!
//! # When it runs
//! First, once per call, around everything else.
//!
//! # What it sees
//! The request as the caller made it and the final answer. It sets the [`Deadline`] extension, which retries and
//! poll loops respect, unless the request already carries one: a call made on behalf of another keeps its deadline.
//! On the way back it notes the elapsed time in [`CallMeta`], on an answer and on an error alike.
//!
//! # What an error does
//! When the time is up the rest of the stack is dropped, and the call fails with
//! [`Timeout(Call)`](crate::TimeLimit::Call).

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{Handle, Next, tower_layer};
use crate::{CallMeta, Deadline, Error, Request, Response, TimeLimit, meta::Progress};

/// Gives every call a time budget.
#[derive(Debug, Clone)]
pub struct DeadlineLayer {
    budget: Duration,
}

impl DeadlineLayer {
    /// At most `budget` for a call that brings no deadline of its own.
    #[must_use]
    pub fn new(budget: Duration) -> Self {
        Self { budget }
    }
}

tower_layer!(DeadlineLayer);

impl Handle for DeadlineLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        let started = Instant::now();
        let given = request.extensions().get::<Deadline>().copied();
        let deadline = given.unwrap_or_else(|| Deadline::after(self.budget));
        if given.is_none() {
            request.extensions_mut().insert(deadline);
        }
        let progress = Progress::default();
        request.extensions_mut().insert(progress.clone());
        let mut result = timeout_at(deadline.0, next.run(request)).await.unwrap_or_else(|_| {
            let mut late = Error::timeout(TimeLimit::Call);
            late.meta_mut().attempts = progress.attempts();
            Err(late)
        });
        let meta = match &mut result {
            Ok(response) => CallMeta::of(response.extensions_mut()),
            Err(error) => error.meta_mut(),
        };
        meta.elapsed = started.elapsed();
        result
    }
}
