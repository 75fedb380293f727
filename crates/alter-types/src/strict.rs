//! Readers for `#[serde(deserialize_with = "…")]` whose rule is tighter than the type: not empty, not null, a word.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, de};

/// Reads a string by `FromStr`, without copying it first. The error never repeats the string.
pub(crate) struct Parse<T> {
    expected: &'static str,
    target: PhantomData<T>,
}

impl<T> Parse<T> {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected, target: PhantomData }
    }
}

impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Parse<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// A text that must not be empty.
pub(crate) fn filled<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + AsText,
{
    let text = T::deserialize(deserializer)?;
    if text.as_text() == Some("") {
        return Err(de::Error::custom("must not be empty"));
    }
    Ok(text)
}

/// Types that [`filled`] reads.
pub(crate) trait AsText {
    /// The text, or `None` where an optional value is absent.
    fn as_text(&self) -> Option<&str>;
}

impl AsText for String {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl AsText for crate::Secret {
    fn as_text(&self) -> Option<&str> {
        Some(self.expose())
    }
}

impl AsText for Option<crate::Secret> {
    fn as_text(&self) -> Option<&str> {
        self.as_ref().map(crate::Secret::expose)
    }
}

/// A list that must not be empty.
pub(crate) fn filled_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.is_empty() { Err(de::Error::custom("must not be empty")) } else { Ok(list) }
}

/// A value that may be absent but not null. Goes with `#[serde(default)]`.
pub(crate) fn not_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// An optional value whose key must be there all the same.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// Whether `text` has between `least` and `most` characters. Does not count further than it has to.
pub(crate) fn characters(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().take(most + 1).count())
}

/// A UUID in its canonical spelling only: lower case with hyphens.
pub(crate) fn canonical<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    struct Canonical<T>(PhantomData<T>);
    impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Canonical<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a UUID in lower case with hyphens")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            let canonical = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
            let parsed = if canonical { text.parse().ok() } else { None };
            parsed.ok_or_else(|| E::custom("expected a UUID in lower case with hyphens"))
        }
    }
    deserializer.deserialize_str(Canonical(PhantomData))
}

/// [`canonical`] for a field that may be null.
pub(crate) fn optional_canonical<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<uuid::Uuid>, D::Error> {
    struct Id(uuid::Uuid);
    impl<'de> Deserialize<'de> for Id {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            canonical(deserializer).map(Self)
        }
    }
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| id.0))
}
