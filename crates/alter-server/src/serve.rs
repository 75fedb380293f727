//! [`Server`]: the HTTP face on a socket, with bounded connections and a graceful stop.

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown, service::TowerToHyperService};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tower::ServiceExt as _;

use crate::{ServerState, connection_timer::ConnectionTimer, service};

/// Why a server could not listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error("{0} is in use by another program; stop it or choose another address")]
    AddressInUse(SocketAddr),
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// A bound socket, not serving yet: its address is known before the first request.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: ServerState,
}

impl Server {
    /// Binds `address`; port 0 picks a free one.
    ///
    /// # Errors
    /// [`ServeError`] if the address is in use or cannot be listened on.
    pub async fn bind(address: SocketAddr, state: ServerState) -> Result<Self, ServeError> {
        let describe = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::AddressInUse(address),
            _ => ServeError::Listen { address, source },
        };
        let listener = TcpListener::bind(address).await.map_err(describe)?;
        let address = listener.local_addr().map_err(describe)?;
        Ok(Self { listener, address, state })
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` resolves, then stops accepting, lets calls in flight finish (at most the configured
    /// drain time) and returns. The vault stays open.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, state, .. } = self;
        let config = state.config().clone();
        let permits = Arc::new(Semaphore::new(config.max_connections));
        let connections = GracefulShutdown::new();
        let app = service(state.clone());
        let mut stop = pin!(stop);
        // People decide through other processes too, so the file is looked at instead of waiting to be told.
        let (stop_looking, mut told_to_stop) = watch::channel(());
        let looking = tokio::spawn({
            let state = state.clone();
            async move {
                let pause = state.config().approval_interval;
                while tokio::time::timeout(pause, told_to_stop.changed()).await.is_err() {
                    state.executor().carry_out_approved().await;
                }
            }
        });

        loop {
            // A permit before accept: past the limit, peers wait in the system's queue and cost us nothing.
            let (stream, peer, permit) = tokio::select! {
                accepted = accept(&listener, &permits) => accepted,
                () = &mut stop => break,
            };
            let app = app.clone().map_request(move |mut request: http::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            });
            // HTTP/1.1 alone: in clear text nobody negotiates HTTP/2, and its idle connections know no time limit. The
            // limit for the head also ends connections that say nothing at all.
            let connection = http1::Builder::new()
                .timer(ConnectionTimer::default())
                .header_read_timeout(config.header_timeout)
                .max_buf_size(64 * 1024)
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
            let connection = connections.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "connection ended early");
                }
                drop(permit);
            });
        }

        drop(listener);
        drop(stop_looking);
        let drained = async {
            connections.shutdown().await;
            let _ = looking.await;
            state.executor().drained().await;
        };
        if tokio::time::timeout(config.drain_timeout, drained).await.is_err() {
            tracing::warn!("stopping with calls still in flight: the drain time is over");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit) {
    let permit = Arc::clone(permits).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Without it, small answers wait for the peer's delayed acknowledgement.
                let _ = stream.set_nodelay(true);
                return (stream, peer, permit);
            }
            Err(error) => {
                // Out of file descriptors, or the peer is gone already: neither is a reason to stop.
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}
