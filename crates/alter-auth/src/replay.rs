//! Remembering nonces, so that a captured request is worth nothing: the [`ReplayGuard`] contract and a bounded
//! in-memory guard. A guard that survives a restart belongs to whoever has a disk.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Mutex,
};

use ring::digest;

use crate::{ApiKey, Nonce, SkewWindow, UnixSeconds, Verified};

/// Why a nonce was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The key used this nonce before.
    #[error("the nonce was used before; every attempt needs a fresh one")]
    Replayed,
    /// The guard's memory is full. Refusing is safe; forgetting would not be.
    #[error("too many requests within the replay window; try again later")]
    Full,
}

/// Admits each (key, nonce) pair once within the window in which its timestamp is acceptable.
pub trait ReplayGuard {
    /// Admits a verified request, or refuses it.
    ///
    /// # Errors
    /// [`ReplayError::Replayed`] if the pair was seen, [`ReplayError::Full`] if it cannot be remembered.
    fn admit(&self, request: &Verified, now: UnixSeconds) -> Result<(), ReplayError>;
}

/// A guard in this process's memory: at most `capacity` nonces of 32 bytes each (plus set overhead).
#[derive(Debug)]
pub struct InMemoryReplayGuard {
    window_seconds: i64,
    capacity: usize,
    seen: Mutex<Seen>,
}

/// Nonces by the span of time their timestamp falls into; a span is dropped when none of it is acceptable any more.
#[derive(Debug, Default)]
struct Seen {
    spans: BTreeMap<i64, HashSet<[u8; 32]>>,
    count: usize,
}

impl InMemoryReplayGuard {
    /// A guard for requests verified with `window`, holding at most `capacity` nonces.
    #[must_use]
    pub fn new(window: SkewWindow, capacity: usize) -> Self {
        Self { window_seconds: i64::from(window.whole_seconds()).max(1), capacity, seen: Mutex::default() }
    }
}

impl ReplayGuard for InMemoryReplayGuard {
    fn admit(&self, request: &Verified, now: UnixSeconds) -> Result<(), ReplayError> {
        // Acceptable timestamps reach from now - window to now + window: three spans of that length at most.
        let span = |seconds: i64| seconds.div_euclid(self.window_seconds);
        let entry = fingerprint(&request.key, request.nonce);
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);

        let oldest_acceptable = span(now.0.saturating_sub(self.window_seconds));
        let live = seen.spans.split_off(&oldest_acceptable);
        let dropped: usize = std::mem::replace(&mut seen.spans, live).values().map(HashSet::len).sum();
        seen.count -= dropped;

        if seen.spans.values().any(|span| span.contains(&entry)) {
            return Err(ReplayError::Replayed);
        }
        if seen.count >= self.capacity {
            return Err(ReplayError::Full);
        }
        seen.spans.entry(span(request.timestamp.0)).or_default().insert(entry);
        seen.count += 1;
        Ok(())
    }
}

/// One entry per key and nonce, without keeping the key.
fn fingerprint(key: &ApiKey, nonce: Nonce) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(nonce.as_bytes());
    hash.update(key.expose().as_bytes());
    hash.finish().as_ref().try_into().expect("a SHA-256 is 32 bytes")
}
