//! [`ReplyStream`]: a provider's answer while it arrives.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use alter_transport::{Body, CallMeta, Response};
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode, response::Parts};
use http_body::Body as _;

use crate::{
    Error, Reply, Result, ServerSentEvent,
    error::{Peer, from_transport},
    gate::Place,
    server_sent_events::Decoder,
};

/// How much of a refusal is read for its error.
const MOST_OF_A_REFUSAL: usize = 1 << 20;

/// An answer whose body is still arriving. Read it with [`chunk`](Self::chunk), as a stream of pieces, or with
/// [`event`](Self::event); dropping it closes it.
#[must_use = "the answer is read from it"]
pub struct ReplyStream {
    head: Parts,
    body: Body,
    decoder: Decoder,
    /// A client that is being closed waits for open streams.
    _place: Place,
}

impl ReplyStream {
    pub(crate) fn new(response: Response, place: Place) -> Self {
        let (head, body) = response.into_parts();
        Self { head, body, decoder: Decoder::default(), _place: place }
    }

    /// The provider's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The provider's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// How the call went up to the head of the answer.
    #[must_use]
    pub fn meta(&self) -> Option<&CallMeta> {
        self.head.extensions.get()
    }

    /// The next piece of the body as it arrived, or `None` at its end.
    ///
    /// # Errors
    /// [`Error::Network`] if the connection breaks, or a time limit of the stream runs out.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.body.chunk().await.map_err(|error| from_transport(Peer::Provider, error))
    }

    /// The next server-sent event, or `None` at the end. An event the connection broke off is not reported.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); [`Error::Value`] if a single event is larger than 1 MiB.
    pub async fn event(&mut self) -> Result<Option<ServerSentEvent>> {
        loop {
            if let Some(event) = self.decoder.next()? {
                return Ok(Some(event));
            }
            match self.chunk().await? {
                Some(piece) => self.decoder.push(&piece),
                None => return Ok(None),
            }
        }
    }

    /// The error of a refusal, with as much of its body as is useful.
    pub(crate) async fn into_error(self) -> Error {
        match self.body.collect_up_to(MOST_OF_A_REFUSAL).await {
            Ok((body, _)) => {
                let reply = Reply::from_provider(Response::from_parts(self.head, body.into()));
                reply.into_error()
            }
            Err(error) => from_transport(Peer::Provider, error),
        }
    }
}

impl Stream for ReplyStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
            match frame {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(from_transport(Peer::Provider, error)))),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data()
                        && !bytes.is_empty()
                    {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
            }
        }
    }
}

impl fmt::Debug for ReplyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyStream")
            .field("status", &self.head.status)
            .field("headers", &self.head.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
