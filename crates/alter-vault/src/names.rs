//! The texts people choose, and their rules: display names, labels and [`Slug`]s.

use serde::Serialize;
use std::{fmt, str::FromStr};

use crate::VaultError;

/// The address of a managed secret within its application: 1 to 50 characters of `a-z`, `0-9` and `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(Box<str>);

/// A text that is not a [`Slug`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 50 characters of a-z, 0-9 and -")]
pub struct ParseSlugError;

const MAX_SLUG: usize = 50;

impl Slug {
    /// The slug as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug made from a display name: `Weather API` becomes `weather-api`.
    pub(crate) fn from_name(name: &str) -> Self {
        let mut slug = String::with_capacity(name.len().min(MAX_SLUG));
        for c in name.chars() {
            if slug.len() == MAX_SLUG {
                break;
            }
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { "secret" } else { slug }.into())
    }

    /// The same slug with `-number` at its end, cut so that it fits.
    pub(crate) fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let kept = self.0.len().min(MAX_SLUG - suffix.len());
        Self(format!("{}{suffix}", &self.0[..kept]).into())
    }
}

impl FromStr for Slug {
    type Err = ParseSlugError;

    fn from_str(text: &str) -> Result<Self, ParseSlugError> {
        let well_formed = (1..=MAX_SLUG).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if well_formed { Ok(Self(text.into())) } else { Err(ParseSlugError) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slug({})", self.0)
    }
}

/// Checks a display name or a label: 1 to 255 characters, no control characters, no white space at the ends.
pub(crate) fn checked(field: &'static str, text: &str) -> Result<String, VaultError> {
    let well_formed = !text.is_empty()
        && text.trim().len() == text.len()
        && text.chars().count() <= 255
        && !text.chars().any(char::is_control);
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(VaultError::invalid(
            field,
            "expected 1 to 255 characters without control characters or white space at the ends",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_a_slug_that_fits() {
        assert_eq!(Slug::from_name("Weather API (prod)").as_str(), "weather-api-prod");
        assert_eq!(Slug::from_name("天気").as_str(), "secret");
        let long = Slug::from_name(&"x".repeat(80));
        assert_eq!(long.as_str().len(), 50);
        assert_eq!(long.numbered(12).as_str().len(), 50);
        assert!(long.numbered(12).as_str().ends_with("x-12"));
        assert!("Weather".parse::<Slug>().is_err());
    }
}
