//! [`Pools`]: the connection pools of one set of options, one for each tokio runtime that uses them.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use rustls::ClientConfig;
use tokio::runtime::{Handle, Id};

use super::{ConnectOptions, connector::GuardedConnector};
use crate::{Body, Error, tls};

/// Runtimes that are remembered. The pool of an earlier one is dropped with its idle connections.
const MOST_RUNTIMES: usize = 16;

pub(super) struct Pools {
    options: ConnectOptions,
    tls: Arc<ClientConfig>,
    by_runtime: Mutex<Vec<(Id, Arc<Pool>)>>,
}

/// The connections of one runtime.
pub(super) struct Pool {
    pub(super) client: Client<GuardedConnector, Body>,
    pub(super) connector: GuardedConnector,
}

impl Pools {
    pub(super) fn new(options: ConnectOptions) -> Result<Self, Error> {
        let tls = tls::config(&options.roots).map_err(Error::connect)?;
        Ok(Self { options, tls, by_runtime: Mutex::default() })
    }

    /// The pools of `options` for the whole process.
    pub(super) fn shared(options: &ConnectOptions) -> Result<Arc<Self>, Error> {
        static SHARED: Mutex<Vec<Weak<Pools>>> = Mutex::new(Vec::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shared.iter().filter_map(Weak::upgrade).find(|known| known.options == *options) {
            return Ok(known);
        }
        let pools = Arc::new(Self::new(options.clone())?);
        shared.retain(|known| known.strong_count() > 0);
        shared.push(Arc::downgrade(&pools));
        Ok(pools)
    }

    pub(super) fn of_this_runtime(&self) -> Result<Arc<Pool>, Error> {
        let runtime = Handle::try_current().map_err(Error::connect)?.id();
        let mut pools = self.by_runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pool)) = pools.iter().find(|(known, _)| *known == runtime) {
            return Ok(Arc::clone(pool));
        }
        let pool = Arc::new(self.pool());
        if pools.len() == MOST_RUNTIMES {
            pools.remove(0);
        }
        pools.push((runtime, Arc::clone(&pool)));
        Ok(pool)
    }

    fn pool(&self) -> Pool {
        let connector = GuardedConnector::new(&self.options, &self.tls);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(self.options.idle_timeout)
            .pool_max_idle_per_host(self.options.idle_per_host)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(connector.clone());
        Pool { client, connector }
    }
}
