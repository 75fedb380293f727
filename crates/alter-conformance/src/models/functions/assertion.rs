//! Identity assertions, with the memory scopes of what they assert.

use alter_auth::UnixSeconds;
use alter_types::{MemoryCoverage, Timestamp, VerifiedIdentity};
use serde_json::{Value, json};

use crate::{identity, report::Outcome};

pub(super) fn verify(case: &Value) -> Outcome {
    let verifier = match identity::verifier(case, &case["jwks"]) {
        Ok(verifier) => verifier,
        Err(_) if case["value_error"] == true => return Outcome::Passed,
        Err(error) => return Outcome::failed("a verifier", error),
    };
    let now = case["now"].as_i64().unwrap_or_default();
    match verifier.verify(case["token"].as_str().unwrap_or_default(), UnixSeconds(now)) {
        Ok(ours) => match identity::same_identity(&case["identity"], &ours) {
            Outcome::Passed => scopes(case, &ours, Timestamp::from_unix_seconds(now)),
            other => other,
        },
        Err(error) => {
            let ours = json!({ "code": error.code(), "reason": error.details()["reason"] });
            Outcome::equal(&case["rejected"], &ours)
        }
    }
}

fn scopes(case: &Value, identity: &VerifiedIdentity, now: Timestamp) -> Outcome {
    let scope = |coverage| match identity.memory_scope(coverage, now) {
        Ok(scope) => json!(scope),
        Err(error) => json!({ "code": error.code() }),
    };
    let recorded = json!([case["memory_scope"], case["memory_scope_agent_only"]]);
    let ours = json!([scope(MemoryCoverage::AgentAndUser), scope(MemoryCoverage::AgentOnly)]);
    Outcome::equal(&recorded, &ours)
}
