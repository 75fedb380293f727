//! [`HttpTransport`]: the bottom of a plane. A hyper client with its own connection pool over rustls.

use std::{
    error::Error as StdError,
    io,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::pki_types::CertificateDer;
use tokio::time::timeout;
use tower::Service;

use crate::{
    Body, BoxError, BoxFuture, Destinations, Error, Refusal, Request, Response, ResponseFuture,
    layer::egress::check_host,
    resolve::{GuardedResolver, RefusedAddress},
    tls,
};

/// How connections are made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// Longest time for name, TCP and TLS together. Default 10 seconds.
    pub connect_timeout: Duration,
    /// Idle connections are closed after this long. Default 30 seconds.
    pub idle_timeout: Duration,
    /// Idle connections kept for each host. Default 20.
    pub idle_per_host: usize,
    /// Where connections may go. Default `None`: anywhere, as for a backend an operator configured.
    pub destinations: Option<Destinations>,
    /// Roots to trust besides the system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            idle_per_host: 20,
            destinations: None,
            extra_roots: Vec::new(),
        }
    }
}

/// A connection pool. Cheap to clone; clones share it.
///
/// https with HTTP/2 or HTTP/1.1, and plain http to this machine. It follows no redirects and keeps no cookies.
/// TLS configuration and root certificates are shared by the whole process.
#[derive(Clone)]
pub struct HttpTransport {
    client: Client<GuardedConnector, Body>,
}

impl HttpTransport {
    /// An empty pool. No connection is made yet.
    ///
    /// # Errors
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if one of the extra roots is not a certificate.
    pub fn new(options: &ConnectOptions) -> Result<Self, Error> {
        let mut tcp = HttpConnector::new_with_resolver(GuardedResolver::new(options.destinations.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(options.connect_timeout));
        let config = tls::config(&options.extra_roots).map_err(Error::connect)?;
        let https = HttpsConnectorBuilder::new()
            .with_tls_config((*config).clone())
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(tcp);
        let connector = GuardedConnector {
            inner: https,
            destinations: options.destinations.clone(),
            timeout: options.connect_timeout,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(options.idle_timeout)
            .pool_max_idle_per_host(options.idle_per_host)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(connector);
        Ok(Self { client })
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
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let answer = self.client.request(request);
        Box::pin(async move {
            match answer.await {
                Ok(response) => Ok(response.map(Body::from)),
                Err(error) => Err(translate(error)),
            }
        })
    }
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

/// Checks what the resolver never sees (scheme, literal addresses) and bounds the time for TLS too.
#[derive(Clone)]
struct GuardedConnector {
    inner: HttpsConnector<HttpConnector<GuardedResolver>>,
    destinations: Option<Destinations>,
    timeout: Duration,
}

impl GuardedConnector {
    fn check(&self, uri: &Uri) -> Result<(), Refusal> {
        let host = uri.host().ok_or(Refusal::NoHost)?;
        let https = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        if !https && !crate::base_url::is_loopback_name(host) {
            return Err(Refusal::Scheme);
        }
        match &self.destinations {
            Some(destinations) => check_host(host, destinations).map_err(Refusal::Address),
            None => Ok(()),
        }
    }
}

type Connection = <HttpsConnector<HttpConnector<GuardedResolver>> as Service<Uri>>::Response;

impl Service<Uri> for GuardedConnector {
    type Response = Connection;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Connection, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if let Err(refusal) = self.check(&uri) {
            return Box::pin(std::future::ready(Err(refusal.into())));
        }
        let connecting = timeout(self.timeout, self.inner.call(uri));
        Box::pin(async move {
            connecting.await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
        })
    }
}
