//! [`Verifier`]: verification for a server, which sees the same keys again and again.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, Method};

use crate::{ApiKey, SigningKey, SkewWindow, UnixSeconds, Verified, VerifyError, verify::verify_with};

/// Most signing keys that are remembered, about 500 bytes each.
const REMEMBERED: usize = 4_096;

/// Verifies requests as [`verify`](crate::verify) does, and remembers the signing keys it derived: a third of the
/// work for a small request.
///
/// A remembered key proves nothing: whether it exists and is live is still for the caller to find out, on every
/// request. Memory is bounded; keys that were not seen for a while are forgotten and derived anew.
pub struct Verifier {
    window: SkewWindow,
    fingerprints: RandomState,
    keys: Mutex<Generations>,
}

type Fingerprint = u64;

/// Two generations: the younger fills up, then replaces the older. Whatever is used survives.
#[derive(Default)]
struct Generations {
    younger: HashMap<Fingerprint, SigningKey>,
    older: HashMap<Fingerprint, SigningKey>,
}

impl Verifier {
    /// A verifier that accepts timestamps within `window`.
    #[must_use]
    pub fn new(window: SkewWindow) -> Self {
        Self { window, fingerprints: RandomState::new(), keys: Mutex::default() }
    }

    /// Verifies one request; see [`verify`](crate::verify).
    ///
    /// # Errors
    /// As [`verify`](crate::verify).
    pub fn verify(
        &self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: UnixSeconds,
    ) -> Result<Verified, VerifyError> {
        verify_with(method, target, headers, body, now, self.window, |key| self.signing_key(key))
    }

    /// Finds a key again without keeping it: SipHash under a secret of this process. Should two of the keys ever share
    /// a fingerprint (one chance in 10¹² for all of them), the second one's signatures do not match, and that is all.
    fn fingerprint(&self, key: &ApiKey) -> Fingerprint {
        self.fingerprints.hash_one(key.expose())
    }

    fn signing_key(&self, key: &ApiKey) -> SigningKey {
        let fingerprint = self.fingerprint(key);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = keys.younger.get(&fingerprint) {
            return known.clone();
        }
        let signing_key = keys.older.remove(&fingerprint).unwrap_or_else(|| key.signing_key());
        if keys.younger.len() >= REMEMBERED / 2 {
            keys.older = std::mem::take(&mut keys.younger);
        }
        keys.younger.insert(fingerprint, signing_key.clone());
        signing_key
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("window", &self.window).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{REMEMBERED, Verifier};
    use crate::{ApiKey, KeyKind, SeededRandom, SkewWindow};

    #[test]
    fn memory_is_bounded_and_a_key_in_use_is_kept() {
        let (verifier, random) = (Verifier::new(SkewWindow::default()), SeededRandom::new(3));
        let in_use = ApiKey::mint(KeyKind::Runtime, &random).unwrap();
        for number in 0..3 * REMEMBERED {
            verifier.signing_key(&ApiKey::mint(KeyKind::Runtime, &random).unwrap());
            if number % 1_000 == 0 {
                verifier.signing_key(&in_use);
            }
        }
        let keys = verifier.keys.lock().unwrap();
        assert!(keys.younger.len() + keys.older.len() <= REMEMBERED);
        let fingerprint = verifier.fingerprint(&in_use);
        assert!(keys.younger.contains_key(&fingerprint) || keys.older.contains_key(&fingerprint));
    }
}
