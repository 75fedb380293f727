//! Collect: the whole answer in memory, under a limit.
//!
//! # When it runs
//! Once per attempt, above Idle and the transport: time limits, retry and audit all see complete bodies.
//!
//! # What it sees
//! The bytes of the answer, which it hands on unread. An answer to a request that asks for a [`Streamed`] one passes
//! through as it arrives, without a limit, because nothing is kept.
//!
//! # What an error does
//! Beyond the limit: [`BodyTooLarge`](crate::ErrorKind::BodyTooLarge), or with [`Oversized::Cut`] an answer that
//! ends at the limit and carries [`Truncated`]. [`Io`](crate::ErrorKind::Io) when the connection breaks in the
//! middle; the partial body is dropped.

use super::{Handle, Next, tower_layer};
use crate::{Body, Error, Request, Response, Streamed};

/// What becomes of an answer that is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Oversized {
    /// It is an error.
    #[default]
    Refuse,
    /// Its beginning is kept, and marked as [`Truncated`].
    Cut,
}

/// Among the extensions of an answer whose body was cut at the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncated;

/// Buffers answers.
#[derive(Debug, Clone)]
pub struct CollectLayer {
    limit: usize,
    oversized: Oversized,
}

impl CollectLayer {
    /// At most `limit` bytes; a larger answer is an error.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, oversized: Oversized::Refuse }
    }

    /// What becomes of a larger answer.
    #[must_use]
    pub fn oversized(mut self, oversized: Oversized) -> Self {
        self.oversized = oversized;
        self
    }
}

tower_layer!(CollectLayer);

impl Handle for CollectLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        let Self { limit, oversized } = *self;
        let streamed = request.extensions().get::<Streamed>().is_some();
        let answer = next.run(request).await?;
        if streamed {
            return Ok(answer);
        }
        let (mut head, body) = answer.into_parts();
        let bytes = match oversized {
            Oversized::Refuse => body.collect(limit).await?,
            Oversized::Cut => {
                let (bytes, cut) = body.collect_up_to(limit).await?;
                if cut {
                    head.extensions.insert(Truncated);
                }
                bytes
            }
        };
        Ok(Response::from_parts(head, Body::from(bytes)))
    }
}
