//! What is read from response headers.

use std::collections::BTreeMap;

use alter_types::{
    AlterError, ErrorResponse, RateLimitSnapshot, Surface, Timestamp, bearer_challenge as parse_challenge,
};
use serde_json::{Value, json};

use super::super::compare;
use crate::report::Outcome;

pub(super) fn bearer_challenge(case: &Value) -> Outcome {
    let ours = json!(parse_challenge(case["input"].as_str().unwrap_or_default()));
    Outcome::equal(&case["output"], &ours)
}

pub(super) fn rate_limit(case: &Value) -> Outcome {
    let headers: BTreeMap<String, &str> = case["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?)))
        .collect();
    let now = Timestamp::from_unix_seconds(case["now"].as_i64().unwrap_or_default());
    let ours = json!(RateLimitSnapshot::from_headers(|name| headers.get(name).copied(), now));
    if compare::same(&case["snapshot"], &ours) {
        Outcome::Passed
    } else {
        Outcome::failed(&case["snapshot"], ours)
    }
}

pub(super) fn retry_after(case: &Value) -> Outcome {
    for (code, recorded) in [("rate_limit_exceeded", "rate_limit"), ("quota_exceeded", "quota")] {
        let body = json!({ "error": code, "retry_after": case["body"] }).to_string();
        let response = ErrorResponse::new(429, body.as_bytes()).with_retry_after(case["header"].as_str());
        let error = AlterError::from_response(Surface::Main, &response);
        let ours = json!(error.retry_after().map(|wait| wait.as_secs()));
        if ours != case[recorded] {
            return Outcome::failed(format!("{recorded}: {}", case[recorded]), ours);
        }
    }
    Outcome::Passed
}
