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

    /// Reads the 32 hex digits of a header.
    pub(crate) fn from_hex(text: &[u8]) -> Option<Self> {
        decode_lower_hex(text).map(Self)
    }

    /// Writes the 32 hex digits.
    pub(crate) fn encode(self, out: &mut [u8; 32]) {
        const_hex::encode_to_slice(self.0, out).expect("16 bytes are 32 hex digits");
    }
}

impl FromStr for Nonce {
    type Err = ParseNonceError;

    fn from_str(text: &str) -> Result<Self, ParseNonceError> {
        Self::from_hex(text.as_bytes()).ok_or(ParseNonceError)
    }
}

/// Exactly `N` bytes in lower-case hex digits.
pub(crate) fn decode_lower_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    // Without a short cut, so that the compiler can look at many digits at once.
    let lower = text.iter().fold(true, |so_far, b| so_far & matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (lower && text.len() == 2 * N && const_hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 32];
        self.encode(&mut text);
        f.write_str(std::str::from_utf8(&text).expect("hex digits are ASCII"))
    }
}
