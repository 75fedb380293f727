//! Identity assertions and the memory scopes below them.

use alter_auth::UnixSeconds;
use alter_types::{
    IdentityContext, MemoryCoverage, Timestamp, VerifiedIdentity,
    error::{MemoryIsolationError, ValueError},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Row;
use crate::{identity, report::Outcome};

pub(super) fn verify(row: &Row<'_>) -> Outcome {
    let jwks = match row.kwarg("jwks") {
        Value::Null => &row.table["jwks"],
        own => own,
    };
    match identity::verifier(&row.row["kwargs"], jwks) {
        Err(_) if row.row["error"]["class"] == "AlterValueError" => Outcome::Passed,
        Err(error) => Outcome::failed("a verifier", error),
        Ok(verifier) => {
            let token = row.arg(0).as_str().unwrap_or_default();
            match verifier.verify(token, UnixSeconds(row.unix_time())) {
                Ok(ours) => identity::same_identity(row.result(), &ours),
                Err(error) => same_refusal(row.error_attributes(), &error),
            }
        }
    }
}

/// Code and details; sentences are everybody's own.
fn same_refusal(recorded: &Value, ours: &MemoryIsolationError) -> Outcome {
    let ours = json!({ "details": ours.details(), "code": ours.code() });
    Outcome::equal(recorded, &ours)
}

pub(super) fn memory_scope(row: &Row<'_>) -> Outcome {
    let identity = match IdentityContext::deserialize(row.kwarg("identity")) {
        Ok(identity) => VerifiedIdentity::vouch_for_answer(identity),
        Err(error) => return Outcome::failed("an identity", error),
    };
    let coverage = match row.kwarg("agent_only").as_bool() {
        Some(true) => MemoryCoverage::AgentOnly,
        _ => MemoryCoverage::AgentAndUser,
    };
    let scope = match identity.memory_scope(coverage, Timestamp::from_unix_seconds(0)) {
        Ok(scope) => scope,
        Err(error) => return same_refusal(row.error_attributes(), &error),
    };
    let mut ours = json!(scope);
    if !row.kwarg("path").is_null() {
        let Ok(path) = Vec::<String>::deserialize(row.kwarg("path")) else {
            return Outcome::NotApplicable("a path is a list of texts; anything else does not compile");
        };
        match scope.namespace_for(&path) {
            Ok(namespace) => ours["namespace_for_path"] = namespace.into(),
            Err(error) => return row.compare::<(), _>(Err(error)),
        }
    }
    row.compare::<_, ValueError>(Ok(ours))
}
