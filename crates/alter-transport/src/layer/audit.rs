//! Audit: one row for every attempt of a provider call for which a credential was in hand.
//!
//! # When it runs
//! Once per attempt, above Inject: what it records was written before the credential went in. It is below retry and
//! below your layers, so a layer that calls twice, or swallows an answer, still leaves one row per attempt.
//!
//! # What it sees
//! The request without its credential, the answer or the error, and the [`Exchange`] that Inject fills. No
//! credential fetched means no row. A caller that goes away in the middle leaves a row that says so. It emits one
//! `tracing` event per attempt with host, method, status, attempt and elapsed time.
//!
//! # What an error does
//! Handing a row over never fails the call. When the queue is full the call waits at most a second; then the row is
//! dropped and counted.

use http::Method;
use tokio::time::Instant;

use super::{Handle, HttpStack, Inner, inject::declared_url, tower_layer};
use crate::{
    Attempt, AuditQueue, AuditRow, CallContext, Error, Exchange, Request, Response, ResponseFuture,
    audit_row::{Observed, Outcome},
};

/// Reports provider calls to a queue.
#[derive(Debug, Clone)]
pub struct AuditLayer {
    queue: Option<AuditQueue>,
}

impl AuditLayer {
    /// Rows go to `queue`. Without one nothing is recorded: for a server that keeps its own trail.
    #[must_use]
    pub fn new(queue: Option<AuditQueue>) -> Self {
        Self { queue }
    }
}

tower_layer!(AuditLayer);

impl Handle for AuditLayer {
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, mut request: Request) -> ResponseFuture {
        let exchange = Exchange::default();
        request.extensions_mut().insert(exchange.clone());
        let mut pending = PendingRow {
            observed: self.queue.as_ref().map(|_| observe(&request)),
            queue: self.queue.clone(),
            exchange,
        };
        let event = Event::new(&request);
        let mut inner = inner.take();
        Box::pin(async move {
            let result = inner.call(request).await;
            if let Some(event) = event {
                event.emit(&result);
            }
            if let Some((queue, row)) = pending.finish(Outcome::of(&result)) {
                queue.push(row).await;
            }
            result
        })
    }
}

fn observe(request: &Request) -> Observed {
    Observed {
        method: request.method().clone(),
        url: declared_url(request),
        headers: request.headers().clone(),
        body: request.body().as_bytes().cloned(),
        cx: request.extensions().get::<CallContext>().cloned(),
    }
}

/// What will become a row. Dropped before it was finished, it becomes one that says the caller went away.
struct PendingRow {
    observed: Option<Observed>,
    queue: Option<AuditQueue>,
    exchange: Exchange,
}

impl PendingRow {
    fn finish(&mut self, outcome: Outcome) -> Option<(AuditQueue, AuditRow)> {
        let observed = self.observed.take()?;
        let sent = self.exchange.sent()?;
        Some((self.queue.take()?, observed.into_row(sent, outcome)))
    }
}

impl Drop for PendingRow {
    fn drop(&mut self) {
        if let Some((queue, row)) = self.finish(Outcome::Cancelled) {
            queue.push_now(row);
        }
    }
}

/// What may be said about an attempt in a log.
struct Event {
    host: String,
    method: Method,
    attempt: u32,
    started: Instant,
}

impl Event {
    /// `None` when nobody listens.
    fn new(request: &Request) -> Option<Self> {
        tracing::enabled!(tracing::Level::DEBUG).then(|| Self {
            host: request.uri().host().unwrap_or_default().to_owned(),
            method: request.method().clone(),
            attempt: Attempt::of(request),
            started: Instant::now(),
        })
    }

    fn emit(self, result: &Result<Response, Error>) {
        let Self { host, method, attempt, started } = self;
        let elapsed_ms = started.elapsed().as_millis();
        match result {
            Ok(response) => {
                let status = response.status().as_u16();
                tracing::debug!(%host, %method, status, attempt, elapsed_ms, "provider answered");
            }
            Err(error) => {
                tracing::debug!(%host, %method, %error, attempt, elapsed_ms, "no answer from the provider");
            }
        }
    }
}
