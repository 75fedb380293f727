//! Audit: one row for every attempt of a provider call for which a credential was in hand.
//!
//! # When it runs
//! Once per attempt, above Inject: what it records was written before the credential went in. It is below retry and
//! below your layers, so a layer that calls twice, or swallows an answer, still leaves one row per attempt.
//!
//! # What it sees
//! The request without its credential, the answer or the error, and the [`Exchange`] that Inject fills. No
//! credential fetched means no row. A caller that goes away in the middle leaves a row that says so. The row of a
//! streamed answer is left when the stream ends, breaks, or is dropped. Bodies of more than 10,000 bytes are counted and
//! not kept; a credential that the provider repeats is taken out, and an [`AuditRedaction`] may take out more. It emits one `tracing` event per attempt with host,
//! method, status, attempt and elapsed time.
//!
//! # What an error does
//! Handing a row over never fails the call. When the queue is full the call waits at most a second; then the row is
//! dropped and counted. With [`Audit::Strict`](crate::Audit::Strict) it waits instead, before anything is sent.

use http::Method;
use tokio::time::Instant;

use super::{Handle, Next, inject::declared_url, tower_layer};
use crate::{
    Attempt, AuditQueue, AuditRedaction, CallContext, Error, Exchange, ImpliedContentType, Request, Response,
    audit_row::{Observed, Outcome, RequestBody},
    capture::Capture,
    pending_row::{PendingRow, report_at_end},
    scrub::ScrubberCell,
};

/// Reports provider calls to a queue.
#[derive(Debug, Clone)]
pub struct AuditLayer {
    queue: Option<AuditQueue>,
    redaction: Option<AuditRedaction>,
}

impl AuditLayer {
    /// Rows go to `queue`. Without one nothing is recorded: for a server that keeps its own trail.
    #[must_use]
    pub fn new(queue: Option<AuditQueue>) -> Self {
        Self { queue, redaction: None }
    }

    /// Lets `redaction` see what a row is about to show.
    #[must_use]
    pub fn redaction(mut self, redaction: Option<AuditRedaction>) -> Self {
        self.redaction = redaction;
        self
    }
}

tower_layer!(AuditLayer);

impl Handle for AuditLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        let (exchange, scrubber) = (Exchange::default(), ScrubberCell::default());
        request.extensions_mut().insert(exchange.clone());
        request.extensions_mut().insert(scrubber.clone());
        let event = Event::new(&request);
        let Some(queue) = &self.queue else {
            return note(event, next.run(request).await);
        };
        let place = queue.place().await;
        let observed = observe(&mut request);
        let mut pending =
            PendingRow::new(observed, queue.clone(), place, exchange, scrubber, self.redaction.clone());
        match note(event, next.run(request).await) {
            Err(error) => {
                pending.finish(Outcome::of_failure(&error)).await;
                Err(error)
            }
            Ok(response) => match response.body().as_bytes().cloned() {
                Some(whole) => {
                    let (status, headers) = (response.status(), response.headers().clone());
                    pending.finish(Outcome::Answered(status, headers, whole.into())).await;
                    Ok(response)
                }
                None => Ok(report_at_end(response, pending)),
            },
        }
    }
}

/// The request as it is now. From here on a streamed body is watched.
fn observe(request: &mut Request) -> Observed {
    let body = match request.body().as_bytes().cloned() {
        Some(whole) => RequestBody::Whole(whole.into()),
        None => {
            let capture = Capture::default();
            let body = std::mem::take(request.body_mut());
            *request.body_mut() = capture.watch(body);
            RequestBody::Streamed(capture)
        }
    };
    Observed {
        method: request.method().clone(),
        url: declared_url(request),
        headers: request.headers().clone(),
        implied_content_type: request.extensions().get::<ImpliedContentType>().is_some(),
        body,
        cx: request.extensions().get::<CallContext>().cloned(),
    }
}

fn note(event: Option<Event>, result: Result<Response, Error>) -> Result<Response, Error> {
    if let Some(event) = event {
        event.emit(&result);
    }
    result
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
