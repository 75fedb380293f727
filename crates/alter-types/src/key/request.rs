//! Bodies of the requests that make keys.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::setters::setters;

/// Body of `POST /sdk/keys/derive`: a narrower key that ends by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeriveKeyRequest {
    /// What the key may do; not `keys:derive`, and not more than the caller may.
    pub scopes: Vec<String>,
    /// Seconds it lives, above 0.
    pub expires_in: i64,
    /// The networks it may be used from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr_allowlist: Option<Vec<String>>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The operator's own notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

impl DeriveKeyRequest {
    /// A key with those scopes that lives `expires_in` seconds.
    #[must_use]
    pub fn new(scopes: Vec<String>, expires_in: i64) -> Self {
        Self { scopes, expires_in, cidr_allowlist: None, name: None, metadata: None }
    }

    setters! {
        with_cidr_allowlist(cidr_allowlist: ?Vec<String>);
        with_name(name: ?String);
        with_metadata(metadata: ?Map<String, Value>);
    }
}

/// Body of `POST /sdk/keys/{id}/rotate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RotateKeyRequest {
    /// Days the old key goes on working, 0 to 30.
    pub overlap_days: u8,
}

impl RotateKeyRequest {
    /// The old key goes on working for that many days.
    #[must_use]
    pub const fn new(overlap_days: u8) -> Self {
        Self { overlap_days }
    }
}

impl Default for RotateKeyRequest {
    /// Seven days.
    fn default() -> Self {
        Self::new(7)
    }
}
