//! [`TokenWire`]: the answer that releases a credential.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use super::{InjectionRule, injection::is_forbidden, instant};
use crate::{
    GrantId, RetryInfo, Secret, Timestamp, checked::checked_model, expose_in_json, setters::setters, strict,
    strict::characters,
};

/// Success body of `POST /sdk/token`.
///
/// Optional keys that are unset are left out, never null: official SDKs refuse `"scopes": null` and its like.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct TokenWire {
    /// The credential itself. Not empty; no CR, LF or NUL.
    #[serde(serialize_with = "expose_in_json")]
    pub access_token: Secret,
    /// The grant that was used, in canonical spelling.
    #[serde(deserialize_with = "strict::canonical")]
    pub grant_id: GrantId,
    /// `Bearer` unless said otherwise. Descriptive; the header is built from `injection_format`.
    #[serde(default = "bearer")]
    pub token_type: String,
    /// Seconds until the credential stops working, not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The same instant, absolute.
    #[serde(default, deserialize_with = "instant::full", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Scopes the provider granted.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Provider id or slug. May be empty.
    #[serde(default)]
    pub provider_id: String,
    /// Which generation of the credential this is; echoed in the audit report.
    #[serde(
        default,
        deserialize_with = "strict::optional_canonical",
        skip_serializing_if = "Option::is_none"
    )]
    pub token_generation: Option<Uuid>,
    /// The grant lacks scopes the application now asks for.
    #[serde(default)]
    pub scope_mismatch: bool,
    /// Header the credential goes into; not one of
    /// [`FORBIDDEN_INJECTION_HEADERS`](super::FORBIDDEN_INJECTION_HEADERS).
    #[serde(default = "authorization")]
    pub injection_header: String,
    /// Its value, with the first `{token}` replaced by the credential; or `AWS4-HMAC-SHA256` and what follows.
    #[serde(default = "bearer_token")]
    pub injection_format: String,
    /// Named extra parts of the credential, at most ten.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_map_in_json")]
    pub additional_credentials: Option<BTreeMap<String, Secret>>,
    /// Further headers or query parameters to set, at most ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_injections: Option<Vec<InjectionRule>>,
    /// How the backend's own refresh went; a malformed one reads as none.
    #[serde(default, deserialize_with = "best_effort", skip_serializing_if = "Option::is_none")]
    pub retry_info: Option<RetryInfo>,
}

checked_model!(TokenWire);

impl TokenWire {
    /// A bearer credential released through `grant_id`.
    #[must_use]
    pub fn new(access_token: Secret, grant_id: GrantId) -> Self {
        Self {
            access_token,
            grant_id,
            token_type: bearer(),
            expires_in: None,
            expires_at: None,
            scopes: Vec::new(),
            provider_id: String::new(),
            token_generation: None,
            scope_mismatch: false,
            injection_header: authorization(),
            injection_format: bearer_token(),
            additional_credentials: None,
            additional_injections: None,
            retry_info: None,
        }
    }

    setters! {
        with_expires_in(expires_in: ?i64);
        with_expires_at(expires_at: ?Timestamp);
        with_scopes(scopes: =Vec<String>);
        with_provider_id(provider_id: =String);
        with_token_generation(token_generation: ?Uuid);
        with_injection_header(injection_header: =String);
        with_injection_format(injection_format: =String);
        with_additional_credentials(additional_credentials: ?BTreeMap<String, Secret>);
        with_additional_injections(additional_injections: ?Vec<InjectionRule>);
        with_retry_info(retry_info: ?RetryInfo);
    }

    fn check(&self) -> Result<(), &'static str> {
        let one_line = |text: &str| !text.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        let trimmed =
            |text: &str| text.trim().len() == text.len() && !text.bytes().any(|b| b.is_ascii_control());
        if self.access_token.is_empty() || !one_line(self.access_token.expose()) {
            return Err("access_token: expected one non-empty line");
        }
        if !trimmed(&self.token_type) || !characters(&self.token_type, 1, 255) {
            return Err("token_type: expected 1 to 255 characters without control characters");
        }
        if self.expires_in.is_some_and(|seconds| seconds < 0) {
            return Err("expires_in must not be negative");
        }
        if !self.scopes.iter().all(|scope| !scope.is_empty() && trimmed(scope)) {
            return Err("scopes: expected non-empty texts without control characters");
        }
        if !trimmed(&self.provider_id) || !characters(&self.provider_id, 0, 255) {
            return Err("provider_id: expected at most 255 characters without control characters");
        }
        let header = &self.injection_header;
        let token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let named = header.starts_with(|c: char| c.is_ascii_alphabetic()) && header.bytes().all(token);
        if !named || header.len() > 60 || is_forbidden(header) {
            return Err("injection_header: expected the name of a header that may be injected");
        }
        let format = &self.injection_format;
        let holds_token = format.contains("{token}") || format.starts_with("AWS4-HMAC-SHA256");
        if !one_line(format) || !characters(format, 0, 200) || !holds_token {
            return Err("injection_format: expected one line of at most 200 characters with {token}");
        }
        if self.additional_injections.as_ref().is_some_and(|rules| rules.len() > 10) {
            return Err("additional_injections: expected at most 10");
        }
        let part = |(name, value): (&String, &Secret)| {
            let value = value.expose();
            characters(name, 0, 50)
                && !value.trim().is_empty()
                && characters(value, 1, 8192)
                && one_line(value)
        };
        let parts = self.additional_credentials.iter();
        if parts.clone().any(|parts| parts.len() > 10) || !parts.flatten().all(part) {
            return Err(
                "additional_credentials: expected at most 10, each one line of at most 8192 characters",
            );
        }
        Ok(())
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

fn expose_map_in_json<S: Serializer>(
    map: &Option<BTreeMap<String, Secret>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match map {
        Some(map) => serializer.collect_map(map.iter().map(|(name, secret)| (name, secret.expose()))),
        None => serializer.serialize_none(),
    }
}

fn best_effort<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RetryInfo>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(<RetryInfo as Deserialize>::deserialize(value).ok())
}
