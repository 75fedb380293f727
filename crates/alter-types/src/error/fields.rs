//! Reading single fields of an error body: a wrongly typed field is dropped, never an error.

use serde_json::{Map, Value};

type Object = Map<String, Value>;

pub(crate) fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

/// A text that is not empty.
pub(crate) fn filled_text(object: &Object, name: &str) -> Option<String> {
    text(object, name).filter(|text| !text.is_empty())
}

/// The strings of a list; anything else yields none.
pub(crate) fn texts(object: &Object, name: &str) -> Vec<String> {
    object.get(name).and_then(Value::as_array).map(|list| strings(list)).unwrap_or_default()
}

pub(crate) fn strings(list: &[Value]) -> Vec<String> {
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// True only for JSON `true`.
pub(crate) fn flag(object: &Object, name: &str) -> bool {
    object.get(name) == Some(&Value::Bool(true))
}

pub(crate) fn integer(object: &Object, name: &str) -> Option<i64> {
    object.get(name)?.as_i64()
}

/// A count: a non-negative integer, or a float without a fraction. Beyond the range it saturates.
pub(crate) fn count(object: &Object, name: &str) -> Option<u64> {
    let value = object.get(name)?;
    value.as_u64().or_else(|| {
        let float = value.as_f64().filter(|float| *float >= 0.0 && float.fract() == 0.0)?;
        Some(float as u64) // `as` saturates at the top
    })
}

pub(crate) fn object<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    object.get(name)?.as_object()
}
