//! Memory scopes and the namespaces below them.

use alter_types::{IdentityContext, MemoryCoverage, MemoryScope, Timestamp, VerifiedIdentity};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal;
use crate::report::Outcome;

pub(super) fn scope(case: &Value) -> Outcome {
    if case["verified"] == false {
        return Outcome::NotApplicable(
            "a scope is a method of a verified identity; another one does not compile",
        );
    }
    let identity = match IdentityContext::deserialize(&case["identity"]) {
        Ok(identity) => identity,
        Err(error) => return Outcome::failed("an identity", error),
    };
    let instant = |name: &str| case[name].as_i64().map(Timestamp::from_unix_seconds);
    let identity = match instant("verified_until") {
        Some(end) => VerifiedIdentity::vouch_for_assertion(identity, end),
        None => VerifiedIdentity::vouch_for_answer(identity),
    };
    let coverage = match case["agent_only"].as_bool() {
        Some(true) => MemoryCoverage::AgentOnly,
        _ => MemoryCoverage::AgentAndUser,
    };
    let now = instant("now").unwrap_or(Timestamp::from_unix_seconds(0));
    match identity.memory_scope(coverage, now) {
        Ok(scope) => Outcome::equal(&case["scope"], &json!(scope)),
        Err(error) => Outcome::equal(&case["code"], &json!(error.code())),
    }
}

pub(super) fn namespace(case: &Value) -> Outcome {
    let scope = json!({ "app_key": "a", "namespace": case["base"], "partition_key": "p" });
    let scope = match <MemoryScope as Deserialize>::deserialize(scope) {
        Ok(scope) => scope,
        Err(error) => return Outcome::failed("a scope", error),
    };
    let Ok(path) = Vec::<String>::deserialize(&case["path"]) else {
        return Outcome::NotApplicable("a path is a list of texts; anything else does not compile");
    };
    let ours = scope.namespace_for(&path);
    refusal(case, &ours)
        .unwrap_or_else(|| Outcome::equal(&case["namespace"], &json!(ours.unwrap_or_default())))
}
