//! [`Standing`]: what the vault last said about this client's key, shared by all its clones.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use alter_types::RateLimitSnapshot;

/// The newest rate-limit reading, and whether the key is being phased out. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Standing(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rate_limit: Mutex<Option<RateLimitSnapshot>>,
    key_deprecated: AtomicBool,
}

impl Standing {
    /// Nothing known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The newest complete reading of the rate limit. `None` is "unknown", never "unlimited".
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimitSnapshot> {
        *self.0.rate_limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an answer said that the key is deprecated: it still works, and should be replaced.
    #[must_use]
    pub fn is_key_deprecated(&self) -> bool {
        self.0.key_deprecated.load(Ordering::Relaxed)
    }

    pub(crate) fn note_rate_limit(&self, reading: RateLimitSnapshot) {
        *self.0.rate_limit.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
    }

    /// Notes it; `true` for the first time.
    pub(crate) fn note_deprecated_key(&self) -> bool {
        !self.0.key_deprecated.swap(true, Ordering::Relaxed)
    }
}
