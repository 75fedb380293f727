//! What is read from response headers.

use std::collections::BTreeMap;

use alter_auth::Challenge;
use alter_types::{AlterError, ErrorResponse, RateLimitSnapshot, Surface, Timestamp};
use serde_json::{Value, json};

use super::super::compare;
use crate::report::Outcome;

/// W-19: recorded behaviour reads the first challenge only; ours reads every one.
const EVERY_CHALLENGE: &str = "W-19";

pub(super) fn bearer_challenge(case: &Value) -> Outcome {
    let challenges = Challenge::parse_list(case["input"].as_str().unwrap_or_default());
    let parameters = |challenge: Option<&Challenge>| {
        let parameters = challenge.into_iter().flat_map(|challenge| challenge.parameters.iter().cloned());
        json!(parameters.collect::<BTreeMap<_, _>>())
    };
    let first = challenges.first().filter(|first| first.scheme == "bearer");
    let ours = parameters(Challenge::of_access_token(&challenges));
    if first.is_none() && case["output"] == parameters(first) && ours != case["output"] {
        return Outcome::PassedByRule(EVERY_CHALLENGE);
    }
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
