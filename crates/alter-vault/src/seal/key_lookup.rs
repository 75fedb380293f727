//! [`KeyLookup`]: from an API key to the keyed hash it is stored under.

use std::fmt;

use alter_auth::ApiKey;
use ring::hmac;

/// HMAC-SHA256 of an API key. Of no use without the lookup key, which is itself sealed.
pub(crate) type KeyDigest = [u8; 32];

/// Hashes API keys under a random key of this vault, so that a stolen database does not even allow guessing.
pub(crate) struct KeyLookup(hmac::Key);

impl KeyLookup {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub(crate) fn digest(&self, key: &ApiKey) -> KeyDigest {
        let tag = hmac::sign(&self.0, key.expose().as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

impl fmt::Debug for KeyLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyLookup(…)")
    }
}
