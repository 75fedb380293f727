//! [`Bounded`]: bounds a single event of a stream, before anybody keeps it in memory.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use alter_client::transport::{Body, BoxError};
use bytes::Bytes;
use http_body::Frame;

/// A body in which no more than `limit` bytes come without an empty line.
pub(super) struct Bounded {
    body: Body,
    limit: usize,
    since_empty_line: usize,
    line_is_empty: bool,
}

/// One event is larger than accepted.
#[derive(Debug)]
pub(super) struct TooLarge(BoxError);

impl Bounded {
    pub(super) fn new(body: Body, limit: usize) -> Self {
        Self { body, limit, since_empty_line: 0, line_is_empty: true }
    }

    /// Whether an event in these bytes is too large.
    fn exceeds(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.since_empty_line += 1;
            match byte {
                b'\n' | b'\r' if self.line_is_empty => self.since_empty_line = 0,
                b'\n' | b'\r' => self.line_is_empty = true,
                _ => self.line_is_empty = false,
            }
            if self.since_empty_line > self.limit {
                return true;
            }
        }
        false
    }
}

impl http_body::Body for Bounded {
    type Data = Bytes;
    type Error = TooLarge;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TooLarge>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(match frame {
            Some(Ok(frame)) if frame.data_ref().is_some_and(|bytes| self.exceeds(bytes)) => {
                Some(Err(TooLarge("an event is larger than accepted".into())))
            }
            Some(Err(error)) => Some(Err(TooLarge(error.into()))),
            Some(Ok(frame)) => Some(Ok(frame)),
            None => None,
        })
    }
}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for TooLarge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_without_an_empty_line_counts() {
        let mut bounded = Bounded::new(Body::empty(), 10);
        for piece in ["data: 12\n\n", "data: 12\r", "\n\r\n", "data: 1\n", "\ndata"] {
            assert!(!bounded.exceeds(piece.as_bytes()), "{piece:?}");
        }
        assert!(bounded.exceeds(b": 1234567"));
    }
}
