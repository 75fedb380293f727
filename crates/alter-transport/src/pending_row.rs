//! [`PendingRow`]: an audit row that is not lost, whichever way its attempt ends.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::{Frame, SizeHint};

use crate::{
    AuditQueue, AuditRedaction, AuditRow, Body, BoxFuture, Error, Exchange, Response,
    audit_queue::Place,
    audit_row::{Observed, Outcome},
    capture::Capture,
    scrub::ScrubberCell,
};

/// What will become a row. Dropped before it was finished, it becomes one that says the caller went away.
pub(crate) struct PendingRow {
    observed: Option<Observed>,
    queue: AuditQueue,
    place: Option<Place>,
    exchange: Exchange,
    scrubber: ScrubberCell,
    redaction: Option<AuditRedaction>,
}

impl PendingRow {
    pub(crate) fn new(
        observed: Observed,
        queue: AuditQueue,
        place: Option<Place>,
        exchange: Exchange,
        scrubber: ScrubberCell,
        redaction: Option<AuditRedaction>,
    ) -> Self {
        Self { observed: Some(observed), queue, place, exchange, scrubber, redaction }
    }

    /// Leaves the row, if a credential was in hand.
    pub(crate) async fn finish(&mut self, outcome: Outcome) {
        let Some(row) = self.row(outcome) else { return };
        match self.place.take() {
            Some(place) => place.put(row),
            None => self.queue.push(row).await,
        }
    }

    fn finish_now(&mut self, outcome: Outcome) {
        let Some(row) = self.row(outcome) else { return };
        match self.place.take() {
            Some(place) => place.put(row),
            None => self.queue.push_now(row),
        }
    }

    fn row(&mut self, outcome: Outcome) -> Option<AuditRow> {
        let observed = self.observed.take()?;
        let mut row = observed.into_row(self.exchange.sent()?, outcome, &self.scrubber.get());
        if let Some(redaction) = &self.redaction {
            redaction.apply(&mut row.report);
        }
        Some(row)
    }
}

impl Drop for PendingRow {
    fn drop(&mut self) {
        self.finish_now(Outcome::Cancelled);
    }
}

/// Hands on an answer that is still arriving; its row is left when the body ends, breaks or is dropped.
pub(crate) fn report_at_end(response: Response, pending: PendingRow) -> Response {
    let (head, body) = response.into_parts();
    let capture = Capture::default();
    let reported = Reported {
        inner: capture.watch(body),
        capture,
        head: Some((head.status, head.headers.clone())),
        pending: Some(pending),
        finishing: None,
    };
    Response::from_parts(head, Body::wrap(reported))
}

struct Reported {
    inner: Body,
    capture: Capture,
    head: Option<(StatusCode, HeaderMap)>,
    pending: Option<PendingRow>,
    /// The row on its way into the queue; the body ends once it is there.
    finishing: Option<BoxFuture<'static, ()>>,
}

impl Reported {
    fn outcome(&mut self) -> Option<Outcome> {
        let (status, headers) = self.head.take()?;
        Some(Outcome::Answered(status, headers, self.capture.seen()))
    }

    fn start_finishing(&mut self) {
        if let Some(outcome) = self.outcome()
            && let Some(mut pending) = self.pending.take()
        {
            self.finishing = Some(Box::pin(async move { pending.finish(outcome).await }));
        }
    }

    fn finish_now(&mut self) {
        if let Some(outcome) = self.outcome()
            && let Some(mut pending) = self.pending.take()
        {
            pending.finish_now(outcome);
        }
    }
}

impl http_body::Body for Reported {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        if this.finishing.is_none() {
            match Pin::new(&mut this.inner).poll_frame(cx) {
                Poll::Ready(None) => this.start_finishing(),
                Poll::Ready(Some(Err(error))) => {
                    // Nobody reads on after an error.
                    this.finish_now();
                    return Poll::Ready(Some(Err(error)));
                }
                other => return other,
            }
        }
        if let Some(finishing) = &mut this.finishing {
            std::task::ready!(finishing.as_mut().poll(cx));
            this.finishing = None;
        }
        Poll::Ready(None)
    }

    /// Never true before the row is in the queue: a reader that does not ask again would lose it.
    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream() && self.pending.is_none() && self.finishing.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Reported {
    fn drop(&mut self) {
        self.finish_now();
    }
}
