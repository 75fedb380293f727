//! Where the parts of a credential go in the provider call: [`InjectionRule`].

use std::fmt;

use serde::{Deserialize, Serialize, de};

use crate::{checked::checked_model, wire_enum::wire_enum};

wire_enum! {
    fixed
    /// Where an additional injection goes.
    InjectionTarget = "injection target" {
        /// A request header.
        Header = "header",
        /// A query parameter of the URL.
        QueryParam = "query_param",
    }
}

/// Headers that no injection may set, whatever their case: they belong to the connection, or would redirect the
/// call.
pub const FORBIDDEN_INJECTION_HEADERS: [&str; 22] = [
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "cookie",
    "set-cookie",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-http-method-override",
    "x-method-override",
    "www-authenticate",
    "strict-transport-security",
    "content-security-policy",
];

pub(super) fn is_forbidden(header: &str) -> bool {
    FORBIDDEN_INJECTION_HEADERS.iter().any(|forbidden| header.eq_ignore_ascii_case(forbidden))
}

/// Where an additional injection takes its value from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// The main credential (`token`).
    Token,
    /// A named entry of `additional_credentials`.
    Additional(String),
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Additional(name) => write!(f, "additional_credentials.{name}"),
        }
    }
}

impl Serialize for ValueSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ValueSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "token" {
            return Ok(Self::Token);
        }
        let well_formed = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        text.strip_prefix("additional_credentials.")
            .filter(|name| text.len() <= 100 && well_formed(name))
            .map(|name| Self::Additional(name.to_owned()))
            .ok_or_else(|| {
                de::Error::custom("value_source: expected `token` or `additional_credentials.<name>`")
            })
    }
}

/// One additional injection of a credential part. Unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct InjectionRule {
    /// Header or query parameter.
    pub target: InjectionTarget,
    /// Its name: 1 to 100 characters, a letter first; a header must not be a forbidden one.
    pub key: String,
    /// What goes into it.
    pub value_source: ValueSource,
}

checked_model!(InjectionRule);

impl InjectionRule {
    /// Puts `value_source` into the header or parameter `key`.
    #[must_use]
    pub fn new(target: InjectionTarget, key: impl Into<String>, value_source: ValueSource) -> Self {
        Self { target, key: key.into(), value_source }
    }

    fn check(&self) -> Result<(), &'static str> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let named = self.key.len() <= 100
            && self.key.starts_with(|c: char| c.is_ascii_alphabetic())
            && self.key.bytes().all(known);
        if !named {
            Err("key: expected a letter, then letters, digits, `_` and `-`, at most 100 characters")
        } else if self.target == InjectionTarget::Header && is_forbidden(&self.key) {
            Err("key: this header may not be injected")
        } else {
            Ok(())
        }
    }
}
