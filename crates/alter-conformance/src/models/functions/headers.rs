//! Tables of what is read from response headers.

use serde_json::Value;

use crate::{headers, report::Outcome};

pub(super) fn bearer_challenge(case: &Value) -> Outcome {
    headers::bearer_challenge(&case["input"], &case["output"])
}

pub(super) fn rate_limit(case: &Value) -> Outcome {
    headers::rate_limit(&case["headers"], &case["now"], &case["snapshot"])
}

/// One row is about both kinds of limit, which have different ceilings.
pub(super) fn retry_after(case: &Value) -> Outcome {
    for (code, recorded) in [("rate_limit_exceeded", "rate_limit"), ("quota_exceeded", "quota")] {
        let outcome = headers::retry_after(code, &case["header"], &case["body"], &case[recorded]);
        if outcome != Outcome::Passed {
            return outcome;
        }
    }
    Outcome::Passed
}
