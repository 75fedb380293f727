//! [`Route`]: makes the TCP connection to a host, or a tunnel to it through the outgoing proxy.

use std::task::{Context, Poll};

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::{
    client::legacy::connect::{HttpConnector, proxy::Tunnel},
    rt::TokioIo,
};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::Service;

use super::{ConnectOptions, OutgoingProxy, resolve::GuardedResolver};
use crate::{BoxError, BoxFuture};

/// What is under the provider's TLS: TCP, or a tunnel that may itself be inside TLS to the proxy.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

#[derive(Clone)]
pub(super) struct Route {
    direct: HttpConnector<GuardedResolver>,
    proxy: Option<(OutgoingProxy, HttpsConnector<HttpConnector<GuardedResolver>>)>,
}

impl Route {
    pub(super) fn new(options: &ConnectOptions, tls: &ClientConfig) -> Self {
        let tcp = |destinations| {
            let mut tcp = HttpConnector::new_with_resolver(GuardedResolver::new(destinations));
            tcp.enforce_http(false);
            tcp.set_nodelay(true);
            tcp.set_connect_timeout(Some(options.connect_timeout));
            tcp
        };
        // The proxy is the operator's choice, and often in a private network.
        let to_proxy = || {
            HttpsConnectorBuilder::new()
                .with_tls_config(tls.clone())
                .https_or_http()
                .enable_http1()
                .wrap_connector(tcp(None))
        };
        Self {
            direct: tcp(options.destinations.clone()),
            proxy: options.proxy.clone().map(|proxy| (proxy, to_proxy())),
        }
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let through = self.proxy.as_ref().and_then(|(proxy, connector)| Some((proxy.hop(&uri)?, connector)));
        if let Some((hop, connector)) = through {
            let mut tunnel = Tunnel::new(hop.proxy, connector.clone());
            if let Some(authorization) = hop.authorization {
                tunnel = tunnel.with_auth(authorization);
            }
            return Box::pin(async move { Ok(tunnel.call(uri).await?) });
        }
        let connecting = self.direct.call(uri);
        Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) })
    }
}
