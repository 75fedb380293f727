//! [`Injection`]: which header of a provider call carries a secret, and in what form (`docs/protocol.md` 7.1).

use alter_types::FORBIDDEN_INJECTION_HEADERS;
use serde::Serialize;

/// Where a secret goes: a header and its value, in which the first `{token}` stands for the secret.
///
/// The default is `Authorization: Bearer {token}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Injection {
    header: Box<str>,
    format: Box<str>,
}

/// Which rule an injection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InjectionError {
    /// The header's name is malformed.
    #[error("header: expected a letter, then letters, digits and hyphens, at most 60 characters")]
    Header,
    /// The header belongs to the connection, or would change what the provider believes about it.
    #[error("header: this one may not be injected, because it steers the connection or the request itself")]
    ForbiddenHeader,
    /// The format has the wrong length or holds a line break.
    #[error("format: expected 1 to 200 characters without control characters")]
    Format,
    /// The format has no place for the secret.
    #[error("format: expected {{token}} somewhere, for example `Bearer {{token}}`")]
    FormatWithoutToken,
}

impl Injection {
    /// An injection of `format` into `header`.
    ///
    /// # Errors
    /// [`InjectionError`] names the argument and the rule it breaks.
    pub fn new(header: &str, format: &str) -> Result<Self, InjectionError> {
        let well_formed = header.len() <= 60
            && header.starts_with(|c: char| c.is_ascii_alphabetic())
            && header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !well_formed {
            return Err(InjectionError::Header);
        }
        if FORBIDDEN_INJECTION_HEADERS.iter().any(|name| name.eq_ignore_ascii_case(header)) {
            return Err(InjectionError::ForbiddenHeader);
        }
        if format.is_empty() || format.chars().count() > 200 || format.chars().any(char::is_control) {
            return Err(InjectionError::Format);
        }
        if !format.contains("{token}") && !format.starts_with("AWS4-HMAC-SHA256") {
            return Err(InjectionError::FormatWithoutToken);
        }
        Ok(Self { header: header.into(), format: format.into() })
    }

    /// The header's name.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Its value, with `{token}` where the secret goes.
    #[must_use]
    pub fn format(&self) -> &str {
        &self.format
    }
}

impl Default for Injection {
    fn default() -> Self {
        Self { header: "Authorization".into(), format: "Bearer {token}".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_protocol_hold() {
        assert_eq!(Injection::new("Authorization", "Bearer {token}"), Ok(Injection::default()));
        assert!(Injection::new("X-Api-Key", "{token}").is_ok());
        for (header, format, error) in [
            ("", "{token}", InjectionError::Header),
            ("1-Key", "{token}", InjectionError::Header),
            ("X Key", "{token}", InjectionError::Header),
            ("Content-TYPE", "{token}", InjectionError::ForbiddenHeader),
            ("X-Key", "", InjectionError::Format),
            ("X-Key", "{token}\r\nX: y", InjectionError::Format),
            ("X-Key", "Bearer", InjectionError::FormatWithoutToken),
        ] {
            assert_eq!(Injection::new(header, format), Err(error), "{header}: {format}");
        }
    }
}
