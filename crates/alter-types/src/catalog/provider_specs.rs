//! Descriptions of provider APIs (`GET /sdk/provider-specs`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Timestamp, setters::setters, strict, wire_enum::wire_enum};

wire_enum! {
    closed
    /// What kind of provider a description is for.
    ProviderSpecKind = "provider spec kind" {
        /// An OAuth provider.
        Oauth = "oauth",
        /// A managed secret.
        Managed = "managed",
    }
}

/// A description of one provider's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderSpec {
    /// `oauth`, `managed` or a newer word. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub provider_kind: String,
    /// The provider. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub provider_id: String,
    /// Counts changes.
    pub version: i64,
    /// Where it comes from, in a word. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub provenance: String,
    /// Where it was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// A hash of its content. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub content_hash: String,
    /// How many operations it describes.
    pub operation_count: i64,
    /// When it was last fetched.
    pub fetched_at: Timestamp,
    /// When its content last changed.
    pub changed_at: Timestamp,
    /// The API's own title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The API's own version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_version: Option<String>,
}

impl ProviderSpec {
    /// Version 1 of a description without operations, fetched at `fetched_at`.
    #[must_use]
    pub fn new(
        kind: ProviderSpecKind,
        provider_id: impl Into<String>,
        provenance: impl Into<String>,
        content_hash: impl Into<String>,
        fetched_at: Timestamp,
    ) -> Self {
        Self {
            provider_kind: kind.as_str().to_owned(),
            provider_id: provider_id.into(),
            version: 1,
            provenance: provenance.into(),
            source_url: None,
            content_hash: content_hash.into(),
            operation_count: 0,
            fetched_at,
            changed_at: fetched_at,
            title: None,
            spec_version: None,
        }
    }

    setters! {
        with_version(version: =i64);
        with_source_url(source_url: ?String);
        with_operation_count(operation_count: =i64);
        with_title(title: ?String);
        with_spec_version(spec_version: ?String);
    }
}

/// Every description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderSpecListResponse {
    /// The descriptions.
    pub items: Vec<ProviderSpec>,
    /// How many there are.
    pub total: i64,
}

impl ProviderSpecListResponse {
    /// These descriptions.
    #[must_use]
    pub fn new(items: Vec<ProviderSpec>) -> Self {
        Self { total: i64::try_from(items.len()).unwrap_or(i64::MAX), items }
    }
}

/// One operation of an API. Only the summary may be missing or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpecOperation {
    /// Its id within the description.
    #[serde(deserialize_with = "strict::filled")]
    pub operation_id: String,
    /// HTTP method.
    #[serde(deserialize_with = "strict::filled")]
    pub method: String,
    /// The path, with parameters in braces.
    #[serde(deserialize_with = "strict::filled")]
    pub path_template: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

impl SpecOperation {
    /// An operation without a summary.
    #[must_use]
    pub fn new(
        operation_id: impl Into<String>,
        method: impl Into<String>,
        path_template: impl Into<String>,
    ) -> Self {
        Self {
            operation_id: operation_id.into(),
            method: method.into(),
            path_template: path_template.into(),
            summary: None,
        }
    }

    setters! { with_summary(summary: ?String); }
}

/// A page of operations, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpecOperationsPage {
    /// The operations of this page.
    pub items: Vec<SpecOperation>,
    /// How many match in all.
    pub total: i64,
    /// Page size asked for.
    pub limit: i64,
    /// Operations skipped.
    pub offset: i64,
    /// Whether there are more after this page.
    pub has_more: bool,
    /// The description they are from.
    pub spec: ProviderSpec,
}

impl SpecOperationsPage {
    /// A page that starts at `offset` of `total` operations.
    #[must_use]
    pub fn new(items: Vec<SpecOperation>, total: i64, limit: i64, offset: i64, spec: ProviderSpec) -> Self {
        let end = offset.saturating_add(i64::try_from(items.len()).unwrap_or(i64::MAX));
        Self { items, total, limit, offset, has_more: end < total, spec }
    }
}

/// One operation with its parameters and bodies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpecOperationDetail {
    /// The operation; its fields stand beside the others on the wire.
    #[serde(flatten)]
    pub operation: SpecOperation,
    /// The parameters, one JSON Schema each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params_schema: Option<Vec<Map<String, Value>>>,
    /// The request body as a JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_schema: Option<Map<String, Value>>,
    /// The response body as a JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_schema: Option<Map<String, Value>>,
    /// The description it is from.
    pub spec: ProviderSpec,
}

impl SpecOperationDetail {
    /// An operation whose bodies are not described.
    #[must_use]
    pub fn new(operation: SpecOperation, spec: ProviderSpec) -> Self {
        Self { operation, params_schema: None, request_schema: None, response_schema: None, spec }
    }

    setters! {
        with_params_schema(params_schema: ?Vec<Map<String, Value>>);
        with_request_schema(request_schema: ?Map<String, Value>);
        with_response_schema(response_schema: ?Map<String, Value>);
    }
}
