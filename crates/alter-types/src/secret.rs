//! [`Secret`]: text that must not be printed, logged or serialised by accident, and is wiped when dropped.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Deserializer, Serializer};
use zeroize::Zeroizing;

/// A secret text: an API key, a provider credential, a user token.
///
/// `Debug` prints a placeholder, there is no `Display`, no `Serialize` and no `PartialEq`; the memory is wiped on
/// drop. The one way out is [`expose`](Self::expose), a word to search for in a review. A model that has to send
/// one names the way out in its `serialize_with` ([`expose_in_json`]).
///
/// ```
/// let token = alter_types::Secret::from("sk-live-1");
/// assert_eq!(format!("{token:?}"), "Secret(…)");
/// assert_eq!(token.expose(), "sk-live-1");
/// ```
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of a secret text. The original is not copied.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Hands out the secret. Whatever is done with it from here is the caller's responsibility.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// For `#[serde(serialize_with = "…")]` on a field whose purpose is to carry the secret to the other side.
///
/// # Errors
/// Only those of the serializer.
pub fn expose_in_json<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// [`expose_in_json`] for an optional field.
///
/// # Errors
/// Only those of the serializer.
pub fn expose_optional_in_json<S: Serializer, T: Borrow<Secret>>(
    secret: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_str(secret.borrow().expose()),
        None => serializer.serialize_none(),
    }
}
