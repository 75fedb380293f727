//! Whether the result of a call is the recorded one.

use serde_json::Value;

use crate::models::{same_json, without_nulls};

/// The difference, in words.
pub(super) fn compare(recorded: &Value, ours: &Value) -> Result<(), String> {
    let (left, right) = (without_nulls(&plain(recorded)), without_nulls(&plain(ours)));
    if same_json(&left, &right) { Ok(()) } else { Err(format!("result: {left} != {right}")) }
}

/// Without names of types, which the compiler knows, and without values derived from others.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let own = fields.iter().filter(|(name, _)| !name.starts_with('$'));
            Value::Object(own.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        other => other.clone(),
    }
}
