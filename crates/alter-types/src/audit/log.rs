//! The report of a provider call that an SDK made itself (`POST /sdk/oauth/audit/api-call`, `docs/protocol.md` 6.4).

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{GrantId, Timestamp, lenient, setters::setters};

/// One provider call in retrieve mode. Send it through [`sanitized`](Self::sanitized), which takes the headers out
/// that could hold a credential. `Debug` shows names of headers, never values or bodies.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiCallAuditLog {
    /// The grant whose credential was used.
    pub grant_id: GrantId,
    /// Its provider, empty if unknown.
    pub provider_id: String,
    /// The generation of the credential, as the token answer named it.
    #[serde(default, deserialize_with = "lenient::optional_uuid")]
    pub token_generation: Option<Uuid>,
    /// HTTP method.
    pub method: String,
    /// The URL before injection, without query parameters.
    pub url: String,
    /// Request headers, less every injected one.
    pub request_headers: Option<BTreeMap<String, String>>,
    /// The JSON body, or the raw body as text.
    pub request_body: Option<Value>,
    /// The provider's status, 0 when no answer came.
    pub response_status: u16,
    /// The provider's headers, names in lower case.
    pub response_headers: Option<BTreeMap<String, String>>,
    /// The body as text, or a placeholder that states its size (see [`captured_body`](crate::captured_body)).
    pub response_body: Option<Value>,
    /// Milliseconds from sending to the end of the body.
    pub latency_ms: u64,
    /// When the report was made. Never sent: the backend stamps the arrival.
    #[serde(skip_serializing)]
    pub timestamp: Option<Timestamp>,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The audit context of the call.
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
            timestamp: None,
            reason: None,
            context: None,
        }
    }

    setters! {
        with_provider_id(provider_id: =String);
        with_token_generation(token_generation: ?Uuid);
        with_request_headers(request_headers: ?BTreeMap<String, String>);
        with_request_body(request_body: ?Value);
        with_response_status(response_status: =u16);
        with_response_headers(response_headers: ?BTreeMap<String, String>);
        with_response_body(response_body: ?Value);
        with_latency_ms(latency_ms: =u64);
        with_timestamp(timestamp: ?Timestamp);
        with_reason(reason: ?String);
        with_context(context: ?BTreeMap<String, String>);
    }
}

impl fmt::Debug for ApiCallAuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |headers: &Option<BTreeMap<String, String>>| -> Vec<String> {
            headers.iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("ApiCallAuditLog")
            .field("grant_id", &self.grant_id)
            .field("provider_id", &self.provider_id)
            .field("method", &self.method)
            .field("response_status", &self.response_status)
            .field("latency_ms", &self.latency_ms)
            .field("request_headers", &names(&self.request_headers))
            .field("response_headers", &names(&self.response_headers))
            .finish_non_exhaustive()
    }
}
