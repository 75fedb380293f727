//! Where randomness comes from. [`SystemRandom`] is the one place in the workspace that asks the system for it.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use ring::{digest, rand::SecureRandom};
use uuid::Uuid;

/// The system gave no randomness. Nothing was signed, minted or sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct RandomError;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync + fmt::Debug + 'static {
    /// Fills `out` completely.
    ///
    /// # Errors
    /// [`RandomError`] if the source fails; `out` must not be used then.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError>;
}

/// The operating system's randomness, through ring.
#[derive(Debug, Clone)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl SystemRandom {
    /// A handle; costs nothing.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one home of system randomness")]
    pub fn new() -> Self {
        Self(ring::rand::SystemRandom::new())
    }

    /// The same source in the form ring asks for.
    pub(crate) fn as_ring(&self) -> &ring::rand::SystemRandom {
        &self.0
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(out).map_err(|_| RandomError)
    }
}

/// A reproducible sequence (SHA-256 in counter mode). For tests only: whoever knows the seed knows the bytes.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandom {
    /// The sequence of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        for chunk in out.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let block = self.counter.fetch_add(1, Ordering::SeqCst);
            let mut input = [0; 16];
            input[..8].copy_from_slice(&self.seed.to_be_bytes());
            input[8..].copy_from_slice(&block.to_be_bytes());
            let bytes = digest::digest(&digest::SHA256, &input);
            chunk.copy_from_slice(&bytes.as_ref()[..chunk.len()]);
        }
        Ok(())
    }
}

/// A random (version 4) UUID.
///
/// # Errors
/// [`RandomError`] if the source fails.
pub fn random_uuid(random: &dyn Random) -> Result<Uuid, RandomError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
