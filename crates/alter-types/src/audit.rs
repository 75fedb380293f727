//! The report of a provider call that an SDK made itself (`POST /sdk/oauth/audit/api-call`, `spec/wire.md` 6.4.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::GrantId;

/// One provider call in retrieve mode, without anything that was injected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiCallAuditLog {
    /// The grant whose credential was used.
    pub grant_id: GrantId,
    /// Its provider, empty if unknown.
    pub provider_id: String,
    /// The generation of the credential, as the token answer named it.
    #[serde(default)]
    pub token_generation: Option<Uuid>,
    /// HTTP method.
    pub method: String,
    /// The URL before injection, without query parameters.
    pub url: String,
    /// Request headers, less every injected or sensitive one.
    #[serde(default)]
    pub request_headers: Option<BTreeMap<String, String>>,
    /// The JSON body, or the raw body as text.
    #[serde(default)]
    pub request_body: Option<Value>,
    /// The provider's status, 0 when no answer came.
    pub response_status: u16,
    /// The provider's headers, names in lower case, less every sensitive one.
    #[serde(default)]
    pub response_headers: Option<BTreeMap<String, String>>,
    /// The body, or a placeholder that states its size.
    #[serde(default)]
    pub response_body: Option<String>,
    /// Milliseconds from sending to the end of the body.
    pub latency_ms: u64,
    /// Why, as the caller said.
    #[serde(default)]
    pub reason: Option<String>,
    /// The audit context of the call.
    #[serde(default)]
    pub context: Option<BTreeMap<String, String>>,
}

impl ApiCallAuditLog {
    /// A report with the required fields; everything else is unset.
    #[must_use]
    pub fn new(grant_id: GrantId, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            grant_id,
            provider_id: String::new(),
            token_generation: None,
            method: method.into(),
            url: url.into(),
            request_headers: None,
            request_body: None,
            response_status: 0,
            response_headers: None,
            response_body: None,
            latency_ms: 0,
            reason: None,
            context: None,
        }
    }
}
