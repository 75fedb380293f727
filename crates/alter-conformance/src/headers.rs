//! What is read from response headers. Two folders record it, in two forms of row.

use std::collections::BTreeMap;

use alter_auth::Challenge;
use alter_types::{AlterError, ErrorResponse, RateLimitSnapshot, Surface, Timestamp};
use serde_json::{Value, json};

use crate::{
    models::{same_json, without_nulls},
    report::Outcome,
};

/// The parameters of the challenge about the access token.
///
/// W-19: the whole list is read, and DPoP challenges too; the official parser stops at a first challenge that is not
/// Bearer, and then answers nothing.
pub(crate) fn bearer_challenge(header: &Value, recorded: &Value) -> Outcome {
    let all = Challenge::parse_list(header.as_str().unwrap_or_default());
    let ours = Challenge::of_access_token(&all);
    let first_is_bearer = all.first().is_some_and(|first| first.scheme == "bearer");
    if ours.is_some() && !first_is_bearer && *recorded == json!({}) {
        return Outcome::PassedByRule("W-19");
    }
    let parameters: BTreeMap<_, _> =
        ours.into_iter().flat_map(|challenge| challenge.parameters.iter().cloned()).collect();
    Outcome::equal(recorded, &json!(parameters))
}

/// The snapshot of the rate limit, or null.
pub(crate) fn rate_limit(headers: &Value, now: &Value, recorded: &Value) -> Outcome {
    let headers: BTreeMap<String, &str> = headers
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?)))
        .collect();
    let now = Timestamp::from_unix_seconds(now.as_i64().unwrap_or_default());
    let ours = json!(RateLimitSnapshot::from_headers(|name| headers.get(name).copied(), now));
    let mut recorded = without_nulls(recorded);
    if let Some(fields) = recorded.as_object_mut() {
        fields.remove("$type");
    }
    if same_json(&recorded, &without_nulls(&ours)) {
        Outcome::Passed
    } else {
        Outcome::failed(recorded, ours)
    }
}

/// The seconds to wait after a 429 with that code, or null.
pub(crate) fn retry_after(code: &str, header: &Value, body: &Value, recorded: &Value) -> Outcome {
    let body = json!({ "error": code, "retry_after": body }).to_string();
    let response = ErrorResponse::new(429, body.as_bytes()).with_retry_after(header.as_str());
    let error = AlterError::from_response(Surface::Main, &response);
    Outcome::equal(recorded, &json!(error.retry_after().map(|wait| wait.as_secs())))
}
