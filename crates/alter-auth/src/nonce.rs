//! [`Nonce`]: the 16 random bytes that make every signed request different.

use std::{fmt, str::FromStr};

use crate::{Random, RandomError};

/// A text that is not a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid nonce: expected 32 lower-case hex digits")]
pub struct ParseNonceError;

/// 16 random bytes, written as 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce([u8; 16]);

impl Nonce {
    /// A fresh nonce.
    ///
    /// # Errors
    /// [`RandomError`] if the source fails.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A nonce with known bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Writes the 32 hex digits.
    pub(crate) fn encode(self, out: &mut [u8; 32]) {
        const_hex::encode_to_slice(self.0, out).expect("16 bytes are 32 hex digits");
    }
}

impl FromStr for Nonce {
    type Err = ParseNonceError;

    fn from_str(text: &str) -> Result<Self, ParseNonceError> {
        let mut bytes = [0; 16];
        let lower_hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 32 || !lower_hex || const_hex::decode_to_slice(text, &mut bytes).is_err() {
            return Err(ParseNonceError);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 32];
        self.encode(&mut text);
        f.write_str(std::str::from_utf8(&text).expect("hex digits are ASCII"))
    }
}
