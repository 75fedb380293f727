//! [`GuardedConnector`]: makes one connection, to where it may go, in time.

use std::{
    io,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use rustls::ClientConfig;
use tokio::time::timeout;
use tower::Service;

use super::{
    ConnectOptions,
    open::{OpenConnections, Tracked},
    route::Route,
};
use crate::{BoxError, BoxFuture, Destinations, Refusal, layer::egress::check_host};

/// What rustls makes of a TCP connection or a tunnel, or the TCP connection itself.
pub(super) type Stream = <HttpsConnector<Route> as Service<Uri>>::Response;

/// A connection that is being made.
pub(super) type Connecting = BoxFuture<'static, Result<Tracked, BoxError>>;

/// Checks what the resolver never sees (scheme, literal addresses) and bounds the time for TLS too. Clones share what
/// they know of open connections.
#[derive(Clone)]
pub(super) struct GuardedConnector {
    inner: HttpsConnector<Route>,
    destinations: Option<Destinations>,
    timeout: Duration,
    pub(super) open: OpenConnections,
}

impl GuardedConnector {
    pub(super) fn new(options: &ConnectOptions, tls: &ClientConfig) -> Self {
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(Route::new(options, tls));
        Self {
            inner,
            destinations: options.destinations.clone(),
            timeout: options.connect_timeout,
            open: OpenConnections::default(),
        }
    }

    /// A new connection.
    pub(super) fn connect(&mut self, uri: Uri) -> Connecting {
        if let Err(refusal) = self.check(&uri) {
            return Box::pin(std::future::ready(Err(refusal.into())));
        }
        let open = self.open.clone();
        let connecting = timeout(self.timeout, self.inner.call(uri.clone()));
        Box::pin(async move {
            let stream =
                connecting.await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))?;
            Ok(open.track(&uri, stream))
        })
    }

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

impl Service<Uri> for GuardedConnector {
    type Response = Tracked;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    /// The connection that was opened ahead of time, if there is one; else a new one.
    fn call(&mut self, uri: Uri) -> Connecting {
        let Some(opened) = self.open.take(&uri) else { return self.connect(uri) };
        let mut connector = self.clone();
        Box::pin(async move {
            match opened.await {
                Ok(result) => result,
                // Whoever was opening it is gone.
                Err(_) => connector.connect(uri).await,
            }
        })
    }
}
