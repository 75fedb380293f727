//! Single values: origins, date-times, keys, token clocks.

use alter_types::{GrantInfo, Timestamp, TokenResponse, TokenWire};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::compare;
use crate::report::Outcome;

pub(super) fn api_base_url(case: &Value) -> Outcome {
    let info = json!({
        "grant_id": "g", "provider_id": "p", "status": "active", "created_at": "t", "principal_type": "user",
        "api_base_url": case["input"],
    });
    match GrantInfo::deserialize(info) {
        Ok(info) => Outcome::equal(&case["output"], &json!(info.api_base_url)),
        Err(error) => Outcome::failed(&case["output"], error),
    }
}

pub(super) fn date_time(case: &Value) -> Outcome {
    match (case["accept"].as_bool(), Timestamp::deserialize(&case["input"])) {
        (Some(true), Ok(ours)) => {
            let (recorded, ours) = (&case["emitted"], json!(ours));
            if compare::same(recorded, &ours) { Outcome::Passed } else { Outcome::failed(recorded, ours) }
        }
        (Some(false), Err(_)) => Outcome::Passed,
        (_, Ok(ours)) => Outcome::failed("refused", ours),
        (_, Err(error)) => Outcome::failed(&case["emitted"], error),
    }
}

pub(super) fn is_valid_key(case: &Value) -> Outcome {
    let Some(text) = case["input"].as_str() else {
        return Outcome::NotApplicable("a key is text; anything else does not compile");
    };
    let ours = json!(text.parse::<alter_auth::ApiKey>().is_ok());
    Outcome::equal(&case["valid"], &ours)
}

pub(super) fn retry_info(case: &Value) -> Outcome {
    let answer = json!({
        "access_token": "t", "grant_id": "11111111-2222-4333-8444-555555555555", "retry_info": case["input"],
    });
    match <TokenWire as Deserialize>::deserialize(answer) {
        Ok(answer) => Outcome::equal(&case["output"], &json!(answer.retry_info)),
        Err(error) => Outcome::failed(&case["output"], error),
    }
}

pub(super) fn token_expiry(case: &Value) -> Outcome {
    let mut token = case["token"].clone();
    token["access_token"] = "t".into();
    token["grant_id"] = "g".into();
    let token = match <TokenResponse as Deserialize>::deserialize(token) {
        Ok(token) => token,
        Err(error) => return Outcome::failed(&case["result"], error),
    };
    let now = Timestamp::from_unix_seconds(case["now"].as_i64().unwrap_or_default());
    let buffer = case["buffer_seconds"].as_i64();
    let ours = match case["method"].as_str() {
        Some("is_expired") => token.is_expired(now, buffer.unwrap_or(0)),
        _ => token.needs_refresh(now, buffer.unwrap_or(alter_types::REFRESH_BUFFER_SECONDS)),
    };
    Outcome::equal(&case["result"], &json!(ours))
}
