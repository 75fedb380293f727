//! AttemptTimeout: a time limit for one try.
//!
//! # When it runs
//! Once per attempt. On the backend plane it also covers signing; on the provider plane it starts after the
//! credential was fetched, so that a slow vault does not look like a slow provider.
//!
//! # What it sees
//! Nothing but time, and for how long the peer was asked to [hold its answer back](Held).
//!
//! # What an error does
//! The attempt is dropped and fails with [`Timeout(Attempt)`](crate::TimeLimit::Attempt); retry decides what then.

use std::time::Duration;

use tokio::time::timeout;

use super::{Handle, Next, tower_layer};
use crate::{Error, Held, Request, Response, TimeLimit};

/// Limits how long one attempt may take.
#[derive(Debug, Clone)]
pub struct AttemptTimeoutLayer {
    limit: Duration,
}

impl AttemptTimeoutLayer {
    /// At most `limit` for one attempt.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

tower_layer!(AttemptTimeoutLayer);

impl Handle for AttemptTimeoutLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        let held = request.extensions().get::<Held>().map_or(Duration::ZERO, |held| held.0);
        let answer = timeout(self.limit.saturating_add(held), next.run(request)).await;
        answer.map_err(|_| Error::timeout(TimeLimit::Attempt))?
    }
}
