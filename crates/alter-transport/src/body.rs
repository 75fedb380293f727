//! [`Body`]: the one body type of both planes. Buffered bytes can be sent again; a body on the wire only once.

use std::{
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, combinators::UnsyncBoxBody};
use hyper::body::Incoming;

use crate::{BoxError, Error};

/// The body of a request or a response: in memory, arriving, or produced piece by piece.
///
/// `Debug` states how much there is, never what.
#[derive(Default)]
pub struct Body(Kind);

enum Kind {
    Buffered(Bytes),
    Wire(Incoming),
    /// Shareable through the mutex, which nobody ever waits for: reading takes `&mut`.
    Streamed(Mutex<UnsyncBoxBody<Bytes, Error>>),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Buffered(Bytes::new())
    }
}

impl Body {
    /// No bytes at all.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Any other body, sent or handed on piece by piece. It is never in memory as a whole, and can be sent once.
    #[must_use]
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let body = body.map_err(|error| Error::from_stream(error.into()));
        Self(Kind::Streamed(Mutex::new(body.boxed_unsync())))
    }

    /// A body as it arrives on a connection. Not public: what carries it is nobody's business.
    pub(crate) fn arriving(body: Incoming) -> Self {
        Self(Kind::Wire(body))
    }

    /// The pieces of `stream`, one after the other.
    #[must_use]
    pub fn from_stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        Self::wrap(Pieces(Box::pin(stream)))
    }

    /// The bytes, when all of them are in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Buffered(bytes) => Some(bytes),
            Kind::Wire(_) | Kind::Streamed(_) => None,
        }
    }

    /// A second body with the same bytes (a shared pointer, no copy), or `None` while they are still arriving.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        self.as_bytes().cloned().map(Self::from)
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io) if the connection breaks, [`Timeout`](crate::ErrorKind::Timeout) if a limit of the
    /// stream runs out.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.frame().await {
            if let Ok(bytes) = frame?.into_data()
                && !bytes.is_empty()
            {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Reads everything into memory, at most `limit` bytes.
    ///
    /// # Errors
    /// [`BodyTooLarge`](crate::ErrorKind::BodyTooLarge) beyond the limit, [`Io`](crate::ErrorKind::Io) if the
    /// connection breaks first.
    pub async fn collect(self, limit: usize) -> Result<Bytes, Error> {
        if http_body::Body::size_hint(&self).lower() > limit as u64 {
            return Err(Error::body_too_large(limit));
        }
        match self.collect_up_to(limit).await? {
            (bytes, false) => Ok(bytes),
            (_, true) => Err(Error::body_too_large(limit)),
        }
    }

    /// Reads at most `limit` bytes into memory, and says whether that cut the body. What is left is not read.
    ///
    /// # Errors
    /// [`Io`](crate::ErrorKind::Io) if the connection breaks before the limit is reached.
    pub async fn collect_up_to(mut self, limit: usize) -> Result<(Bytes, bool), Error> {
        if let Some(bytes) = self.as_bytes() {
            return Ok((bytes.slice(..bytes.len().min(limit)), bytes.len() > limit));
        }
        // Most answers are one chunk; it is handed on as it came.
        let mut first = Bytes::new();
        let mut joined = BytesMut::new();
        let mut cut = false;
        while let Some(mut chunk) = self.chunk().await? {
            let room = limit - first.len() - joined.len();
            cut = chunk.len() > room;
            chunk.truncate(room);
            if first.is_empty() && joined.is_empty() {
                first = chunk;
            } else {
                joined.extend_from_slice(&std::mem::take(&mut first));
                joined.extend_from_slice(&chunk);
            }
            if cut {
                break;
            }
        }
        Ok((if joined.is_empty() { first } else { joined.freeze() }, cut))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Buffered(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Buffered(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Wire(_) => f.write_str("Body(arriving)"),
            Kind::Streamed(_) => f.write_str("Body(streamed)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut self.0 {
            Kind::Buffered(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Buffered(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Wire(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| frame.map(|result| result.map_err(Error::io)))
            }
            Kind::Streamed(body) => {
                Pin::new(body.get_mut().unwrap_or_else(PoisonError::into_inner)).poll_frame(cx)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Buffered(bytes) => bytes.is_empty(),
            Kind::Wire(body) => body.is_end_stream(),
            Kind::Streamed(body) => body.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Buffered(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Wire(body) => body.size_hint(),
            Kind::Streamed(body) => body.lock().unwrap_or_else(PoisonError::into_inner).size_hint(),
        }
    }
}

/// A stream of pieces as a body.
struct Pieces<S>(Pin<Box<S>>);

impl<S, E> http_body::Body for Pieces<S>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    type Data = Bytes;
    type Error = E;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        self.0.as_mut().poll_next(cx).map(|piece| piece.map(|result| result.map(Frame::data)))
    }
}
