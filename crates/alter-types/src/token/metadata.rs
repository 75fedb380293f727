//! [`TokenResponse`]: what is known about a released credential, without the credential.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::instant;
use crate::{Secret, Timestamp, setters::setters};

/// Seconds before its end at which a credential counts as due for a refresh, unless said otherwise.
pub const REFRESH_BUFFER_SECONDS: i64 = 300;

/// What is known about a released credential. The credential itself is read and thrown away.
///
/// Nothing on the wire has exactly this form: `POST /sdk/token` answers with a [`TokenWire`](super::TokenWire).
#[derive(Clone, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct TokenResponse {
    /// `Bearer` unless said otherwise.
    #[serde(default = "bearer")]
    pub token_type: String,
    /// Seconds until the credential stops working.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The same instant, absolute: the earlier of the two below.
    #[serde(default, deserialize_with = "instant::lenient", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When the provider's token ends; the only clock a refresh can move.
    #[serde(default, deserialize_with = "instant::lenient", skip_serializing_if = "Option::is_none")]
    pub token_expires_at: Option<Timestamp>,
    /// When the grant ends.
    #[serde(default, deserialize_with = "instant::lenient", skip_serializing_if = "Option::is_none")]
    pub grant_expires_at: Option<Timestamp>,
    /// Scopes the provider granted.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The grant that was used.
    pub grant_id: String,
    /// Provider id or slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The grant lacks scopes the application now asks for.
    #[serde(default)]
    pub scope_mismatch: bool,
    /// Header the credential goes into. Never written.
    #[serde(default = "authorization", skip_serializing)]
    pub injection_header: String,
    /// Its value, with `{token}` for the credential. Never written.
    #[serde(default = "bearer_token", skip_serializing)]
    pub injection_format: String,
    /// Extra parts of the credential that are no secrets by themselves. Never written.
    #[serde(skip_serializing)]
    pub additional_credentials: Option<BTreeMap<String, Secret>>,
    /// Further headers or query parameters. Never written.
    #[serde(skip_serializing)]
    pub additional_injections: Option<Vec<BTreeMap<String, String>>>,
    #[serde(rename = "access_token", skip_serializing)]
    discarded: Discarded,
}

impl Serialize for TokenResponse {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for TokenResponse {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut response = Self::deserialize(deserializer)?;
        response.drop_secret_parts();
        Ok(response)
    }
}

/// The credential: it has to be there, and is wiped as soon as it was read.
#[derive(Clone, Copy)]
struct Discarded;

impl<'de> Deserialize<'de> for Discarded {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Secret::deserialize(deserializer).map(|_| Self)
    }
}

fn bearer() -> String {
    "Bearer".to_owned()
}

fn authorization() -> String {
    "Authorization".to_owned()
}

fn bearer_token() -> String {
    "Bearer {token}".to_owned()
}

impl TokenResponse {
    /// What is known of a bearer credential that never ends.
    #[must_use]
    pub fn new(grant_id: impl Into<String>) -> Self {
        Self {
            token_type: bearer(),
            expires_in: None,
            expires_at: None,
            token_expires_at: None,
            grant_expires_at: None,
            scopes: Vec::new(),
            grant_id: grant_id.into(),
            provider_id: None,
            scope_mismatch: false,
            injection_header: authorization(),
            injection_format: bearer_token(),
            additional_credentials: None,
            additional_injections: None,
            discarded: Discarded,
        }
    }

    setters! {
        with_expires_at(expires_at: ?Timestamp);
        with_token_expires_at(token_expires_at: ?Timestamp);
        with_grant_expires_at(grant_expires_at: ?Timestamp);
        with_scopes(scopes: =Vec<String>);
        with_provider_id(provider_id: ?String);
    }

    /// Whether the credential has ended, or will within `buffer_seconds`. One without an end never has.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp, buffer_seconds: i64) -> bool {
        self.expires_at.is_some_and(|end| is_due(end, now, buffer_seconds))
    }

    /// Whether a refresh would help: the provider's token ends within `buffer_seconds`
    /// ([`REFRESH_BUFFER_SECONDS`] is usual). The end of the grant itself no refresh can move.
    #[must_use]
    pub fn needs_refresh(&self, now: Timestamp, buffer_seconds: i64) -> bool {
        match (self.token_expires_at, self.grant_expires_at, self.expires_at) {
            (Some(end), _, _) | (None, None, Some(end)) => is_due(end, now, buffer_seconds),
            (None, Some(_), _) | (None, None, None) => false,
        }
    }

    /// The two parts that sign requests never stay.
    fn drop_secret_parts(&mut self) {
        if let Some(parts) = &mut self.additional_credentials {
            parts.retain(|name, _| !matches!(name.as_str(), "secret_key" | "session_token"));
        }
        self.additional_credentials = self.additional_credentials.take().filter(|parts| !parts.is_empty());
    }
}

fn is_due(end: Timestamp, now: Timestamp, buffer_seconds: i64) -> bool {
    let buffer = buffer_seconds.saturating_mul(1_000_000);
    end.unix_micros() <= now.unix_micros().saturating_add(buffer)
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("token_type", &self.token_type)
            .field("grant_id", &self.grant_id)
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
