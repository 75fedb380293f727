//! [`Capture`]: what passes through a streamed body, kept for the audit trail up to a limit.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::{Body, Error};

/// Larger bodies are counted and not kept.
pub(crate) const CAPTURE_LIMIT: usize = 10_000;

/// Watches one body. Clones share what was seen.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// Everything, or nothing once it was more than the limit.
    kept: Vec<u8>,
    total: u64,
    end: End,
}

/// How far the body got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum End {
    /// Somebody stopped reading.
    #[default]
    Abandoned,
    /// To its end.
    Complete,
    /// The connection broke, or a time limit ran out.
    Broken,
}

/// What was seen of a body.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    pub(crate) kept: Bytes,
    pub(crate) total: u64,
    pub(crate) end: End,
}

impl From<Bytes> for Captured {
    fn from(whole: Bytes) -> Self {
        Self { total: whole.len() as u64, kept: whole, end: End::Complete }
    }
}

impl Capture {
    /// The same body, watched.
    pub(crate) fn watch(&self, body: Body) -> Body {
        Body::wrap(Watched { inner: body, capture: self.clone() })
    }

    /// What was seen so far.
    pub(crate) fn seen(&self) -> Captured {
        let seen = self.lock();
        Captured { kept: Bytes::copy_from_slice(&seen.kept), total: seen.total, end: seen.end }
    }

    fn note(&self, frame: Option<&Result<Frame<Bytes>, Error>>) {
        let mut seen = self.lock();
        match frame {
            None => seen.end = End::Complete,
            Some(Err(_)) => seen.end = End::Broken,
            Some(Ok(frame)) => {
                let Some(data) = frame.data_ref() else { return };
                seen.total += data.len() as u64;
                if seen.total <= CAPTURE_LIMIT as u64 {
                    seen.kept.extend_from_slice(data);
                } else {
                    seen.kept = Vec::new();
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Watched {
    inner: Body,
    capture: Capture,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(frame) = &polled {
            self.capture.note(frame.as_ref());
            // A reader that knows it has everything does not ask again.
            if self.inner.is_end_stream() && matches!(frame, Some(Ok(_))) {
                self.capture.note(None);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
