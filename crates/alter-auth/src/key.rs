//! API keys: their grammar and checksum, minting, and the signing key derived from one (`docs/protocol.md` 2 and 4.1).

use std::{fmt, str::FromStr};

use alter_types::Secret;
use ring::hmac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Random, RandomError};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const LEGACY_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LEGACY_PREFIX: &str = "alter_key_";
const LEGACY_BODY_LENGTH: usize = 40;
const RANDOM_LENGTH: usize = 22;
const CHECKSUM_LENGTH: usize = 6;
/// Characters of a key that may be shown: enough to tell keys apart, useless to guess one.
const SHOWN_PREFIX_LENGTH: usize = 12;

/// What a key's prefix says it is for. The vault alone decides what a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// `alter_rk_`: an application's runtime key.
    Runtime,
    /// `alter_ak_`: an agent-typed key among the application's keys.
    Agent,
    /// `alter_dk_`: derived from another key, narrower and short-lived.
    Derived,
    /// `alter_pk_`: publishable.
    Publishable,
    /// `alter_key_`: an older application key, or a managed agent's key.
    Legacy,
}

impl KeyKind {
    /// The type segment of a scoped key, or `key` for the legacy form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "rk",
            Self::Agent => "ak",
            Self::Derived => "dk",
            Self::Publishable => "pk",
            Self::Legacy => "key",
        }
    }

    fn of_scoped(segment: &str) -> Option<Self> {
        [Self::Runtime, Self::Agent, Self::Derived, Self::Publishable]
            .into_iter()
            .find(|kind| kind.as_str() == segment)
    }
}

/// A text that is not an API key. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Neither of the two forms.
    #[error(
        "not an Alter API key: expected alter_<rk|ak|dk|pk>_<22 characters>_<6 characters> or alter_key_<40 characters>"
    )]
    Malformed,
    /// The right form, but a mistyped character.
    #[error("the API key's checksum does not match: a character was mistyped or lost")]
    Checksum,
}

/// An Alter API key, well formed by construction.
///
/// Wiped on drop, redacted in `Debug`, without `Display`, `Serialize` or `==`. [`expose`](Self::expose) is the way
/// out.
#[derive(Clone)]
pub struct ApiKey {
    text: Secret,
    kind: KeyKind,
}

impl ApiKey {
    /// What the prefix says the key is for.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first 12 characters: safe to show, store and log, enough to tell keys apart.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text.expose()[..SHOWN_PREFIX_LENGTH]
    }

    /// The whole key, for the `x-api-key` header or to show it once to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// Whether two keys are the same, in constant time.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }

    /// Makes a new key of `kind` with a correct checksum.
    ///
    /// # Errors
    /// [`RandomError`] if the source of randomness fails.
    pub fn mint(kind: KeyKind, random: &dyn Random) -> Result<Self, RandomError> {
        let length = if kind == KeyKind::Legacy { LEGACY_BODY_LENGTH } else { RANDOM_LENGTH };
        let mut bytes = Zeroizing::new([0_u8; LEGACY_BODY_LENGTH]);
        random.fill(&mut bytes[..length])?;
        let text = if kind == KeyKind::Legacy {
            let body = bytes.iter().map(|b| char::from(LEGACY_ALPHABET[usize::from(b & 63)]));
            LEGACY_PREFIX.chars().chain(body).collect()
        } else {
            let body: Zeroizing<String> = bytes[..length]
                .iter()
                .map(|b| char::from(ALPHABET[usize::from(b & 31)]))
                .collect::<String>()
                .into();
            let sum = checksum(kind.as_str(), &body);
            let sum = std::str::from_utf8(&sum).expect("the alphabet is ASCII");
            ["alter_", kind.as_str(), "_", &body, "_", sum].concat()
        };
        Ok(Self { text: Secret::new(text), kind })
    }

    /// The key that signs requests: HMAC-SHA256 of `alter-signing-v1` under the API key.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        let outer = hmac::Key::new(hmac::HMAC_SHA256, self.expose().as_bytes());
        let derived = hmac::sign(&outer, b"alter-signing-v1");
        SigningKey(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }
}

impl FromStr for ApiKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Ok(Self { kind: kind_of(text)?, text: text.into() })
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}…)", self.prefix())
    }
}

/// Reads the grammar. The legacy prefix comes first: its body may itself contain `_`.
fn kind_of(text: &str) -> Result<KeyKind, KeyError> {
    if let Some(body) = text.strip_prefix(LEGACY_PREFIX) {
        let well_formed = body.len() == LEGACY_BODY_LENGTH
            && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        return if well_formed { Ok(KeyKind::Legacy) } else { Err(KeyError::Malformed) };
    }
    let mut segments = text.split('_');
    let mut next = || segments.next().ok_or(KeyError::Malformed);
    let (brand, kind, random, sum) = (next()?, next()?, next()?, next()?);
    let kind = KeyKind::of_scoped(kind).ok_or(KeyError::Malformed)?;
    let from_alphabet = |part: &str| part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
    let well_formed = brand == "alter"
        && segments.next().is_none()
        && random.len() == RANDOM_LENGTH
        && sum.len() == CHECKSUM_LENGTH
        && from_alphabet(random)
        && from_alphabet(sum);
    if !well_formed {
        return Err(KeyError::Malformed);
    }
    if checksum(kind.as_str(), random) == sum.as_bytes() { Ok(kind) } else { Err(KeyError::Checksum) }
}

/// CRC-32 of `type:random`, five bits a character, least significant first.
fn checksum(kind: &str, random: &str) -> [u8; CHECKSUM_LENGTH] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(kind.as_bytes());
    crc.update(b":");
    crc.update(random.as_bytes());
    let mut rest = crc.finalize();
    std::array::from_fn(|_| {
        let index = rest & 31;
        rest >>= 5;
        ALPHABET[index as usize]
    })
}

/// The HMAC key of one API key's requests. Derived once per client; prints nothing.
#[derive(Clone)]
pub struct SigningKey(pub(crate) hmac::Key);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiKey, KeyError, KeyKind};
    use crate::SeededRandom;

    #[test]
    fn every_kind_mints_a_key_that_parses_as_that_kind() {
        let random = SeededRandom::new(1);
        for kind in
            [KeyKind::Runtime, KeyKind::Agent, KeyKind::Derived, KeyKind::Publishable, KeyKind::Legacy]
        {
            let key = ApiKey::mint(kind, &random).unwrap();
            let again: ApiKey = key.expose().parse().unwrap();
            assert_eq!(again.kind(), kind);
            assert!(again.same_as(&key));
        }
    }

    #[test]
    fn a_mistyped_character_is_told_from_a_wrong_form() {
        let parse = |text: &str| text.parse::<ApiKey>().map(|k| k.kind());
        assert_eq!(parse("alter_rk_abcdefghijklmnopqrstuv_iwpykn"), Ok(KeyKind::Runtime));
        assert_eq!(parse("alter_rk_abcdefghijklmnopqrstuw_iwpykn"), Err(KeyError::Checksum));
        assert_eq!(parse("alter_xk_abcdefghijklmnopqrstuv_iwpykn"), Err(KeyError::Malformed));
        assert_eq!(parse("alter_rk_abcdefghijklmnopqrstuv_iwpykn\n"), Err(KeyError::Malformed));
        assert_eq!(parse(""), Err(KeyError::Malformed));
    }

    #[test]
    fn debug_shows_the_prefix_only() {
        let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap();
        assert_eq!(format!("{key:?} {:?}", key.signing_key()), "ApiKey(alter_rk_abc…) SigningKey(…)");
    }
}
