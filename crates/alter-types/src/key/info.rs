//! [`ApiKeyInfo`]: an API key's record, and [`MintedKey`]: a new one with the key itself.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::{
    KeyId, Secret, Timestamp, checked::checked_model, expose_in_json, setters::setters, strict,
    wire_enum::wire_enum,
};

wire_enum! {
    closed
    /// What a key is for; also the second part of its text.
    ApiKeyType = "API key type" {
        /// An application's own.
        Runtime = "rk",
        /// A managed agent's.
        Agent = "ak",
        /// Derived from another, narrower and shorter-lived.
        Derived = "dk",
        /// Safe to publish.
        Publishable = "pk",
    }
}

/// An API key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct ApiKeyInfo {
    /// The key's record.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// The first characters of the key, safe to show.
    pub key_prefix: String,
    /// What it is for.
    pub key_type: ApiKeyType,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The version of the scope catalogue it was made under.
    pub scope_version: i64,
    /// The networks it may be used from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr_allowlist: Option<Vec<String>>,
    /// Its own limit in requests a minute; none is not "unlimited".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit_rpm: Option<i64>,
    /// The limit in force; comes together with its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_rate_limit_rpm: Option<i64>,
    /// Where that limit comes from: `key`, `organization`, `platform_default` or a newer word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit_source: Option<String>,
    /// When it stops working by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was replaced by rotation. It works until its grace period is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<Timestamp>,
    /// When it stopped working.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The key it was derived from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_key_id: Option<KeyId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

checked_model!(ApiKeyInfo);

/// What a key's times say together; its expiry does not count. Never on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiKeyStatus {
    /// It works, unless it has expired.
    Active,
    /// It was replaced by rotation.
    Rotated,
    /// It does not work any more.
    Revoked,
}

impl ApiKeyStatus {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rotated => "rotated",
            Self::Revoked => "revoked",
        }
    }
}

impl ApiKeyInfo {
    /// A key that works and has no limits of its own.
    #[must_use]
    pub fn new(
        id: KeyId,
        name: impl Into<String>,
        key_prefix: impl Into<String>,
        key_type: ApiKeyType,
        scopes: Vec<String>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            key_prefix: key_prefix.into(),
            key_type,
            scopes,
            scope_version: 1,
            cidr_allowlist: None,
            rate_limit_rpm: None,
            effective_rate_limit_rpm: None,
            rate_limit_source: None,
            expires_at: None,
            deprecated_at: None,
            revoked_at: None,
            parent_key_id: None,
            created_at,
            last_used_at: None,
        }
    }

    setters! {
        with_scope_version(scope_version: =i64);
        with_cidr_allowlist(cidr_allowlist: ?Vec<String>);
        with_expires_at(expires_at: ?Timestamp);
        with_deprecated_at(deprecated_at: ?Timestamp);
        with_revoked_at(revoked_at: ?Timestamp);
        with_parent_key_id(parent_key_id: ?KeyId);
        with_last_used_at(last_used_at: ?Timestamp);
    }

    /// States the limit in force and where it comes from.
    #[must_use]
    pub fn with_effective_rate_limit(self, requests_per_minute: i64, source: impl Into<String>) -> Self {
        Self {
            effective_rate_limit_rpm: Some(requests_per_minute),
            rate_limit_source: Some(source.into()),
            ..self
        }
    }

    /// What its times say together: revoked before rotated before active.
    #[must_use]
    pub const fn status(&self) -> ApiKeyStatus {
        if self.revoked_at.is_some() {
            ApiKeyStatus::Revoked
        } else if self.deprecated_at.is_some() {
            ApiKeyStatus::Rotated
        } else {
            ApiKeyStatus::Active
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.effective_rate_limit_rpm.is_some() == self.rate_limit_source.is_some() {
            Ok(())
        } else {
            Err("effective_rate_limit_rpm and rate_limit_source come together or not at all")
        }
    }
}

/// A new API key, which is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MintedKey {
    /// The key's record; its fields stand beside the key on the wire.
    #[serde(flatten)]
    pub info: ApiKeyInfo,
    /// The key. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub api_key: Secret,
}

impl MintedKey {
    /// A new key.
    #[must_use]
    pub fn new(info: ApiKeyInfo, api_key: Secret) -> Self {
        Self { info, api_key }
    }
}

impl Deref for MintedKey {
    type Target = ApiKeyInfo;

    fn deref(&self) -> &ApiKeyInfo {
        &self.info
    }
}
