//! Checks that several namespaces make of their arguments, each with the argument's name in its sentence.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Result, error::value, json};

/// Most entries a page may have, except where a list says otherwise.
pub(crate) const MAX_PAGE: u32 = 1000;

/// A page's size.
pub(crate) fn page_size(limit: u32, most: u32) -> Result<()> {
    if (1..=most).contains(&limit) {
        return Ok(());
    }
    Err(value(format!("the limit of a page is between 1 and {most}")))
}

/// A time that is sent in seconds: whole ones, since the protocol has no others.
pub(crate) fn whole_seconds(name: &str, time: Duration) -> Result<i64> {
    match i64::try_from(time.as_secs()) {
        Ok(seconds) if time.subsec_nanos() == 0 => Ok(seconds),
        _ => Err(value(format!("{name}: expected whole seconds"))),
    }
}

/// The same, and not none.
pub(crate) fn some_seconds(name: &str, time: Duration) -> Result<i64> {
    match whole_seconds(name, time)? {
        0 => Err(value(format!("{name}: expected at least one second"))),
        seconds => Ok(seconds),
    }
}

/// Something that is a JSON object.
pub(crate) fn object(name: &str, of: &(impl Serialize + ?Sized)) -> Result<Map<String, Value>> {
    json::check(of).map_err(|why| value(format!("{name}: {why}")))?;
    match serde_json::to_value(of) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(value(format!("{name}: expected something that is a JSON object"))),
    }
}

/// A text that says something.
pub(crate) fn filled(name: &str, text: &str) -> Result<()> {
    if text.is_empty() { Err(value(format!("{name}: must not be empty"))) } else { Ok(()) }
}
