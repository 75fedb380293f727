//! [`VaultOptions`]: where a vault lives, and what it takes time and randomness from.

use std::{path::PathBuf, sync::Arc, time::Duration};

use alter_auth::{Clock, Random, SystemClock, SystemRandom};

/// How to open a vault.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VaultOptions {
    /// The database file. Made if it does not exist; its folder has to.
    pub path: PathBuf,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// How long to wait for another program that holds the file's write lock. Default 5 seconds.
    pub busy_timeout: Duration,
    /// Requests of the last minutes the vault remembers at most, to refuse repeated ones. Further ones are refused with
    /// `service_unavailable` until older ones may be forgotten, after 6 to 8 minutes. Each takes 10 to 20 bytes of
    /// memory, when there is one. Default 16,777,216, enough for 35,000 a second.
    pub max_nonces: usize,
}

impl VaultOptions {
    /// A vault at `path`, with the system's clock and randomness.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom::new()),
            busy_timeout: Duration::from_secs(5),
            max_nonces: 16 << 20,
        }
    }

    /// Takes time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes randomness from `random`.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Remembers at most this many requests.
    #[must_use]
    pub fn max_nonces(mut self, max: usize) -> Self {
        self.max_nonces = max;
        self
    }

    /// Waits at most this long for another program's write lock.
    #[must_use]
    pub fn busy_timeout(mut self, wait: Duration) -> Self {
        self.busy_timeout = wait;
        self
    }
}
