//! Collect: the whole answer in memory, under a limit.
//!
//! # When it runs
//! Once per attempt, directly above the transport: time limits, retry and audit all see complete bodies.
//!
//! # What it sees
//! The bytes of the answer, which it hands on unread.
//!
//! # What an error does
//! [`BodyTooLarge`](crate::ErrorKind::BodyTooLarge) beyond the limit, [`Io`](crate::ErrorKind::Io) when the
//! connection breaks in the middle. Either way the partial body is dropped.

use super::{Handle, HttpStack, Inner, tower_layer};
use crate::{Body, Request, Response, ResponseFuture};

/// Buffers answers.
#[derive(Debug, Clone)]
pub struct CollectLayer {
    limit: usize,
}

impl CollectLayer {
    /// At most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }
}

tower_layer!(CollectLayer);

impl Handle for CollectLayer {
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, request: Request) -> ResponseFuture {
        let limit = self.limit;
        let answer = inner.call(request);
        Box::pin(async move {
            let (head, body) = answer.await?.into_parts();
            Ok(Response::from_parts(head, Body::from(body.collect(limit).await?)))
        })
    }
}
