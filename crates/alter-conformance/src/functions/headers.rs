//! What is read from response headers.

use std::collections::BTreeMap;

use alter_auth::Challenge;
use alter_types::{AlterError, ErrorResponse, RateLimitSnapshot, Surface, Timestamp};
use serde_json::{Map, Value, json};

use super::Row;
use crate::{models::same_json, report::Outcome};

pub(super) fn bearer_challenge(row: &Row<'_>) -> Outcome {
    let header = row.arg(0).as_str().unwrap_or_default();
    let all = Challenge::parse_list(header);
    let ours = Challenge::of_access_token(&all);
    let parameters: Map<String, Value> = ours
        .into_iter()
        .flat_map(|challenge| &challenge.parameters)
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let recorded = row.result();
    if *recorded == Value::Object(parameters.clone()) {
        return Outcome::Passed;
    }
    // W-19: the whole list is read, and DPoP challenges too; the official parser stops at a first one that is not
    // Bearer.
    let first_is_bearer = all.first().is_some_and(|challenge| challenge.scheme == "bearer");
    if !first_is_bearer && *recorded == json!({}) && ours.is_some() {
        Outcome::PassedByRule("W-19")
    } else {
        Outcome::failed(recorded, json!(parameters))
    }
}

pub(super) fn rate_limit(row: &Row<'_>) -> Outcome {
    let headers: BTreeMap<String, &str> = row
        .arg(0)
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?)))
        .collect();
    let now = Timestamp::from_unix_seconds(row.unix_time());
    let ours = json!(RateLimitSnapshot::from_headers(|name| headers.get(name).copied(), now));
    let mut recorded = row.result().clone();
    if let Some(fields) = recorded.as_object_mut() {
        fields.remove("$type");
    }
    if same_json(&recorded, &ours) { Outcome::Passed } else { Outcome::failed(recorded, ours) }
}

/// The ceiling says which kind of limit it is about: an hour for the rate, a month for a quota.
pub(super) fn retry_after(row: &Row<'_>) -> Outcome {
    let code = if row.arg(2).is_null() { "rate_limit_exceeded" } else { "quota_exceeded" };
    let body = json!({ "error": code, "retry_after": row.arg(1) }).to_string();
    let response = ErrorResponse::new(429, body.as_bytes()).with_retry_after(row.arg(0).as_str());
    let error = AlterError::from_response(Surface::Main, &response);
    Outcome::equal(row.result(), &json!(error.retry_after().map(|wait| wait.as_secs())))
}
