//! Whether the error of a call is the recorded one: its kind, its ancestors, and everything a program would read.
//! The sentence is ours, unless it is the vault's.

use alter_client::{Error, ErrorKind, Reply};
use serde_json::{Map, Value, json};

use super::vector::{ErrorRecord, Vector};
use crate::models::{error_fields, same_json};

/// The first difference, in words.
pub(super) fn compare(vector: &Vector, recorded: &ErrorRecord, error: &Error) -> Result<(), String> {
    let kind = error.kind();
    if recorded.class != kind.official_name() {
        return Err(format!("{} != {kind}: {error}", recorded.class));
    }
    let family: Vec<_> =
        std::iter::once(kind).chain(kind.ancestors()).map(ErrorKind::official_name).collect();
    let recorded_family: Vec<_> = recorded.mro.iter().filter(|class| *class != "Exception").collect();
    if family != recorded_family {
        return Err(format!("ancestors: {recorded_family:?} != {family:?}"));
    }
    predicates(error)?;
    let ours = fields(error);
    for (name, value) in &recorded.attributes {
        let same = match name.as_str() {
            "details" => details(vector, value, error)?,
            // Other names of fields that are compared.
            "required_scopes" | "granted_scopes" | "docs_url" => true,
            "code" => json!(error.kind().agent_code()) == *value,
            // An answer that is no refusal, and cannot be read: ours tells its status, too.
            "status_code" if value.is_null() => error.status().is_none_or(|status| status < 400),
            // An id of another type is no id.
            "grant_id" | "provider_id" if value.is_number() => ours.get(name).is_none_or(Value::is_null),
            _ => same_json(ours.get(name).unwrap_or(&Value::Null), value),
        };
        if !same {
            let ours = if name == "details" {
                json!(error.details())
            } else {
                ours.get(name).cloned().unwrap_or_default()
            };
            return Err(format!("{name}: {value} != {ours}"));
        }
    }
    message(recorded, error)
}

/// Every question by family agrees with the kind.
fn predicates(error: &Error) -> Result<(), String> {
    let asked = [
        (error.is_backend(), ErrorKind::Backend),
        (error.is_reauth_required(), ErrorKind::ReAuthRequired),
        (error.is_grant_not_found(), ErrorKind::GrantNotFound),
        (error.is_policy_violation(), ErrorKind::PolicyViolation),
        (error.is_agent_error(), ErrorKind::Agent),
        (error.is_connect_flow(), ErrorKind::ConnectFlow),
        (error.is_provider(), ErrorKind::ProviderApi),
        (error.is_network(), ErrorKind::Network),
        (error.is_approval(), ErrorKind::Approval),
    ];
    match asked.into_iter().find(|(answer, family)| *answer != error.kind().is(*family)) {
        Some((_, family)) => Err(format!("the predicate of {family} disagrees with the kind")),
        None => Ok(()),
    }
}

/// What the vault said beside the message is kept whole. What the official SDK adds to errors that arise in itself
/// (the URL of a call, a list of missing fields) is its own.
fn details(vector: &Vector, recorded: &Value, error: &Error) -> Result<bool, String> {
    let refused = vector.exchanges().iter().rev().find(|exchange| !exchange.background);
    let status = refused.and_then(|exchange| exchange.response["status"].as_u64()).unwrap_or_default();
    let from_vault = refused.is_some_and(|exchange| exchange.to == "backend") && status >= 400;
    if !from_vault || recorded.get("status_code").is_none() || recorded.get("field").is_some() {
        return Ok(true);
    }
    let answered = refused.and_then(|exchange| exchange.response["body_utf8"].as_str()).unwrap_or_default();
    let answered = serde_json::from_str::<Value>(answered).unwrap_or_default();
    // Where the vault gave no message, each client has its own.
    let has_message = contains_key(&answered, "message");
    let kept = |details: &Map<String, Value>| {
        let kept = details.iter().filter(|(name, _)| *name != "message" || has_message);
        Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    Ok(same_json(&kept(recorded.as_object().ok_or("details are a map")?), &kept(error.details())))
}

fn contains_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(map) => map.contains_key(key) || map.values().any(|value| contains_key(value, key)),
        _ => false,
    }
}

/// A sentence of the vault is passed on as it is.
fn message(recorded: &ErrorRecord, error: &Error) -> Result<(), String> {
    let theirs = error.details().get("message").and_then(Value::as_str);
    if theirs == Some(&recorded.message) && error.to_string() != recorded.message {
        return Err(format!("message: {:?} != {:?}", recorded.message, error.to_string()));
    }
    if error.to_string().is_empty() { Err("no message".to_owned()) } else { Ok(()) }
}

fn fields(error: &Error) -> Map<String, Value> {
    let mut fields = error_fields(error);
    if let Some(reply) = Reply::of(error) {
        // Ours is the whole reply; theirs a text of it.
        fields.insert("response_body".to_owned(), json!(reply.text().ok()));
    }
    fields
}
