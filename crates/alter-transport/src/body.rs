//! [`Body`]: the one body type of both planes. Buffered bytes can be sent again; a body on the wire only once.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::Error;

/// The body of a request or a response: either in memory, or still arriving.
///
/// `Debug` states how much there is, never what.
#[derive(Default)]
pub struct Body(Kind);

enum Kind {
    Buffered(Bytes),
    Wire(Incoming),
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

    /// The bytes, when all of them are in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Buffered(bytes) => Some(bytes),
            Kind::Wire(_) => None,
        }
    }

    /// A second body with the same bytes (a shared pointer, no copy), or `None` while they are still arriving.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        self.as_bytes().cloned().map(Self::from)
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
    pub async fn collect_up_to(self, limit: usize) -> Result<(Bytes, bool), Error> {
        let mut body = match self.0 {
            Kind::Buffered(bytes) if bytes.len() <= limit => return Ok((bytes, false)),
            Kind::Buffered(bytes) => return Ok((bytes.slice(..limit), true)),
            Kind::Wire(body) => body,
        };
        // Most answers are one chunk; it is handed on as it came.
        let mut first = Bytes::new();
        let mut joined = BytesMut::new();
        let mut cut = false;
        while let Some(frame) = body.frame().await {
            let Ok(mut chunk) = frame.map_err(Error::io)?.into_data() else { continue };
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

impl From<Incoming> for Body {
    fn from(body: Incoming) -> Self {
        Self(Kind::Wire(body))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Buffered(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Wire(_) => f.write_str("Body(arriving)"),
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
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Buffered(bytes) => bytes.is_empty(),
            Kind::Wire(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Buffered(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Wire(body) => body.size_hint(),
        }
    }
}
