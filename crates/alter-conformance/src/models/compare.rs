//! When two JSON values mean the same: nulls left out, date-times as instants, UUIDs in any case.

use alter_types::Timestamp;
use serde_json::Value;

/// Leaves null-valued keys out, at every depth.
pub(crate) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// Whether both mean the same. A date-time without an offset means UTC.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::String(left), Value::String(right)) => left == right || same_text(left, right),
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}

fn same_text(left: &str, right: &str) -> bool {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let uuid = |text: &str| uuid::Uuid::try_parse(text).ok();
    let same_instant = instant(left).is_some_and(|left| Some(left) == instant(right));
    same_instant || uuid(left).is_some_and(|left| Some(left) == uuid(right))
}

/// Whether every non-null entry of `part` is in `whole`.
pub(super) fn contains(whole: &Value, part: &Value) -> bool {
    let part = without_nulls(part);
    match (part.as_object(), whole.as_object()) {
        (Some(part), Some(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|other| same(&without_nulls(other), value))),
        _ => false,
    }
}
