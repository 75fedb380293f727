//! [`Preconnect`]: opens a connection before it is known whether there will be anything to send over it.

use std::{fmt, sync::Arc, time::Duration};

use http::Uri;
use tokio::time::sleep;

use super::pool::Pools;

/// An opened connection that nobody came for is closed after this long.
const KEPT_FOR: Duration = Duration::from_secs(10);

/// Opens connections of one pool ahead of their use. The peer sees a TLS handshake and nothing else.
#[derive(Clone)]
pub struct Preconnect {
    pools: Arc<Pools>,
}

impl Preconnect {
    pub(super) fn new(pools: Arc<Pools>) -> Self {
        Self { pools }
    }

    /// Starts opening a connection for `uri`, unless its origin has one. The next request to that origin takes it, or
    /// waits for it; a failure is that request's failure.
    ///
    /// Destinations and time limits are those of the pool. Outside a tokio runtime it does nothing.
    pub fn start(&self, uri: &Uri) {
        let Ok(pool) = self.pools.of_this_runtime() else { return };
        let Some((number, opened)) = pool.connector.open.announce(uri) else { return };
        let mut connector = pool.connector.clone();
        let uri = uri.clone();
        tokio::spawn(async move {
            let open = connector.open.clone();
            let result = connector.connect(uri.clone()).await;
            if opened.send(result).is_ok() {
                sleep(KEPT_FOR).await;
                open.give_up(&uri, number);
            }
        });
    }
}

impl fmt::Debug for Preconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preconnect")
    }
}
