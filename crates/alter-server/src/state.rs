//! What every handler shares.

use std::sync::Arc;

use alter_auth::{Clock, Random, RandomError, SkewWindow, Verifier};
use alter_vault::Vault;

use crate::{ServerConfig, proxy::Executor, request_id::RequestIds};

/// Why the HTTP face could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The window for timestamps is wider than nonces are remembered for.
    #[error(
        "the window for timestamps is {0} seconds; at most 300, or a request could be repeated unnoticed"
    )]
    SkewWindow(u32),
    /// No randomness, and so no request ids.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The transport for proxy mode could not be made.
    #[error("the transport for proxy mode could not be made")]
    Transport(#[from] alter_transport::Error),
}

/// The vault and everything its HTTP face needs besides. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ServerState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: Vault,
    clock: Arc<dyn Clock>,
    config: ServerConfig,
    request_ids: RequestIds,
    executor: Executor,
    verifier: Verifier,
}

impl ServerState {
    /// Puts an HTTP face on `vault`.
    ///
    /// # Errors
    /// [`StartError`] if the window for timestamps is wider than 300 seconds, the source of randomness fails, or the
    /// transport for proxy mode cannot be made.
    pub fn new(
        vault: Vault,
        config: ServerConfig,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
    ) -> Result<Self, StartError> {
        let window = config.skew_window.whole_seconds();
        if window > SkewWindow::default().whole_seconds() {
            return Err(StartError::SkewWindow(window));
        }
        let executor = Executor::new(vault.clone(), &config.egress, Arc::clone(&clock))?;
        let request_ids = RequestIds::new(random)?;
        let verifier = Verifier::new(config.skew_window);
        Ok(Self(Arc::new(Inner { vault, clock, config, request_ids, executor, verifier })))
    }

    /// The vault behind the face.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn config(&self) -> &ServerConfig {
        &self.0.config
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.0.verifier
    }

    pub(crate) fn request_ids(&self) -> &RequestIds {
        &self.0.request_ids
    }

    pub(crate) fn executor(&self) -> &Executor {
        &self.0.executor
    }
}
