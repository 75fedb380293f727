//! Idle: bounds how long an answer may be silent while it arrives.
//!
//! # When it runs
//! Once per attempt, directly above the transport, for as long as the body is read: within the call for an answer
//! that is collected, and after it for one that is [streamed](crate::Streamed).
//!
//! # What it sees
//! When pieces of the answer arrive; nothing of what is in them.
//!
//! # What an error does
//! The body ends with [`Timeout(Idle)`](crate::TimeLimit::Idle), or with [`Timeout(Call)`](crate::TimeLimit::Call)
//! when a stream reaches the end of its own time.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{Handle, Next, tower_layer};
use crate::{Body, Error, Request, Response, Streamed, TimeLimit};

/// Limits the silence between two pieces of an answer.
#[derive(Debug, Clone)]
pub struct IdleLayer {
    limit: Duration,
}

impl IdleLayer {
    /// At most `limit` between two pieces.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

tower_layer!(IdleLayer);

impl Handle for IdleLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        let limit = self.limit;
        let until = request.extensions().get::<Streamed>().and_then(|streamed| streamed.until);
        let response = next.run(request).await?;
        Ok(match response.body().as_bytes() {
            Some(_) => response,
            None => response.map(|inner| {
                Body::wrap(Impatient { inner, limit, until: until.map(|deadline| deadline.0), wait: None })
            }),
        })
    }
}

/// A body that may not be silent for too long.
struct Impatient {
    inner: Body,
    limit: Duration,
    /// The moment a stream has to be over.
    until: Option<Instant>,
    /// Runs while the body is silent.
    wait: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until <= Instant::now())
    }
}

impl http_body::Body for Impatient {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if this.is_over() {
            return Poll::Ready(Some(Err(Error::timeout(TimeLimit::Call))));
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) {
            this.wait = None;
            return Poll::Ready(frame);
        }
        let (limit, until) = (this.limit, this.until);
        let wait = this.wait.get_or_insert_with(|| {
            let silent = Instant::now() + limit;
            Box::pin(sleep_until(until.map_or(silent, |until| until.min(silent))))
        });
        match wait.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                let limit = if this.is_over() { TimeLimit::Call } else { TimeLimit::Idle };
                Poll::Ready(Some(Err(Error::timeout(limit))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
