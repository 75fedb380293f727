//! Taking out of a report every header that could hold a credential.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::ApiCallAuditLog;

/// Headers that are removed from both directions of a report, whatever their case.
pub const SENSITIVE_HEADERS: [&str; 8] = [
    "authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "x-amz-date",
    "x-amz-content-sha256",
    "x-amz-security-token",
];

/// Whether a report must not carry that header.
#[must_use]
pub fn is_sensitive_header(name: &str) -> bool {
    SENSITIVE_HEADERS.iter().any(|sensitive| name.eq_ignore_ascii_case(sensitive))
}

/// A report as it is sent: every key in the protocol's order, nulls included, sensitive headers left out. Borrows
/// the report, so nothing is copied.
#[derive(Clone, Copy)]
pub struct SanitizedApiCall<'a>(&'a ApiCallAuditLog);

impl ApiCallAuditLog {
    /// The report as it is sent.
    ///
    /// ```
    /// use alter_types::ApiCallAuditLog;
    ///
    /// let grant = "0b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e".parse()?;
    /// let mut call = ApiCallAuditLog::new(grant, "GET", "https://api.example.com/v1/me");
    /// let headers = [("Authorization", "Bearer sk-live-1"), ("X-Trace", "7")];
    /// call.request_headers = Some(headers.map(|(name, value)| (name.into(), value.into())).into());
    ///
    /// let sent = serde_json::to_value(call.sanitized())?;
    /// assert_eq!(sent["request_headers"], serde_json::json!({ "X-Trace": "7" }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sanitized(&self) -> SanitizedApiCall<'_> {
        SanitizedApiCall(self)
    }

    /// Removes the sensitive headers from the report itself.
    pub fn sanitize(&mut self) {
        for headers in [&mut self.request_headers, &mut self.response_headers].into_iter().flatten() {
            headers.retain(|name, _| !is_sensitive_header(name));
        }
    }
}

impl std::fmt::Debug for SanitizedApiCall<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for SanitizedApiCall<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let call = self.0;
        let mut report = serializer.serialize_struct("ApiCallAuditLog", 13)?;
        report.serialize_field("grant_id", &call.grant_id)?;
        report.serialize_field("provider_id", &call.provider_id)?;
        report.serialize_field("token_generation", &call.token_generation)?;
        report.serialize_field("method", &call.method)?;
        report.serialize_field("url", &call.url)?;
        report.serialize_field("request_headers", &call.request_headers.as_ref().map(Plain))?;
        report.serialize_field("request_body", &call.request_body)?;
        report.serialize_field("response_status", &call.response_status)?;
        report.serialize_field("response_headers", &call.response_headers.as_ref().map(Plain))?;
        report.serialize_field("response_body", &call.response_body)?;
        report.serialize_field("latency_ms", &call.latency_ms)?;
        report.serialize_field("reason", &call.reason)?;
        report.serialize_field("context", &call.context)?;
        report.end()
    }
}

/// A header map without its sensitive entries.
struct Plain<'a>(&'a BTreeMap<String, String>);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter(|(name, _)| !is_sensitive_header(name)))
    }
}
