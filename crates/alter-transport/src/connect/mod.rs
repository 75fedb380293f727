//! [`HttpTransport`]: the bottom of a plane. A hyper client over rustls, whose connections are shared.

mod connector;
mod open;
mod outgoing_proxy;
mod pool;
mod preconnect;
mod resolve;
mod route;

use std::{
    error::Error as StdError,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Method, header::CONTENT_LENGTH};
use tower::Service;

pub use self::{
    outgoing_proxy::{OutgoingProxy, OutgoingProxyError},
    preconnect::Preconnect,
};
use self::{pool::Pools, resolve::RefusedAddress};
use crate::{Body, Destinations, Error, Refusal, Request, Response, Roots};

/// How connections are made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// Longest time for name, TCP and TLS together. Default 10 seconds.
    pub connect_timeout: Duration,
    /// Idle connections are closed after this long. Default 30 seconds.
    pub idle_timeout: Duration,
    /// Idle connections kept for each host. Default 100: fewer than the calls that run at the same time would be closed
    /// and opened again all the time.
    pub idle_per_host: usize,
    /// Where connections may go. Default `None`: anywhere, as for a backend an operator configured.
    pub destinations: Option<Destinations>,
    /// Which certificates are trusted. Default: the system's roots.
    pub roots: Roots,
    /// The HTTP proxy through which https leaves. Default `None`: nothing does, whatever the environment says.
    pub proxy: Option<OutgoingProxy>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            idle_per_host: 100,
            destinations: None,
            roots: Roots::system(),
            proxy: None,
        }
    }
}

/// A connection pool. Cheap to clone; clones share it.
///
/// https with HTTP/2 or HTTP/1.1, and plain http to this machine. It follows no redirects and keeps no cookies. A
/// connection belongs to the tokio runtime it was made in, so each runtime has connections of its own: a client can be
/// used in several, at the same time or one after the other.
#[derive(Clone)]
pub struct HttpTransport {
    pools: Arc<Pools>,
}

impl HttpTransport {
    /// An empty pool of its own. No connection is made yet.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if one of the roots is not a certificate.
    pub fn new(options: &ConnectOptions) -> Result<Self, Error> {
        Ok(Self { pools: Arc::new(Pools::new(options.clone())?) })
    }

    /// The pool that everybody in this process shares who asks for the same options. It lives as long as one of them.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if one of the roots is not a certificate.
    pub fn shared(options: &ConnectOptions) -> Result<Self, Error> {
        Ok(Self { pools: Pools::shared(options)? })
    }

    /// Opens connections of this pool ahead of their use.
    #[must_use]
    pub fn preconnect(&self) -> Preconnect {
        Preconnect::new(Arc::clone(&self.pools))
    }
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpTransport")
    }
}

impl Service<Request> for HttpTransport {
    type Response = Response;
    type Error = Error;
    type Future = PendingAnswer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> PendingAnswer {
        PendingAnswer(
            self.pools.of_this_runtime().map(|pool| pool.client.request(with_length(request))).map_err(Some),
        )
    }
}

/// An answer of [`HttpTransport`] that is under way.
#[derive(Debug)]
#[must_use = "nothing is sent unless it is awaited"]
pub struct PendingAnswer(Result<hyper_util::client::legacy::ResponseFuture, Option<Error>>);

impl Future for PendingAnswer {
    type Output = Result<Response, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok(answer) => Pin::new(answer).poll(cx).map(|answer| match answer {
                Ok(response) => Ok(response.map(Body::arriving)),
                Err(error) => Err(translate(error)),
            }),
            Err(error) => Poll::Ready(Err(error.take().expect("polled after it was ready"))),
        }
    }
}

/// Says of an empty body that it is empty, for methods that give a body a meaning (RFC 9110, 8.6); hyper leaves it open,
/// and some servers insist.
fn with_length(mut request: Request) -> Request {
    let has_meaning = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if has_meaning && http_body::Body::is_end_stream(request.body()) {
        request.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
    request
}

fn translate(error: hyper_util::client::legacy::Error) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(current) = cause {
        if let Some(RefusedAddress(range)) = current.downcast_ref() {
            return Error::refused(Refusal::Address(*range));
        }
        if let Some(refusal) = current.downcast_ref::<Refusal>() {
            return Error::refused(*refusal);
        }
        cause = current.source();
    }
    if error.is_connect() { Error::connect(error) } else { Error::io(error) }
}
