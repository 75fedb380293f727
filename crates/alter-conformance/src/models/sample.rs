//! One sample: read, refused or written again as recorded.

use serde_json::Value;

use super::{compare, derived, registry};
use crate::{load::Sample, report::Outcome};

/// `design`: a page reads entries of the first generation, which recorded behaviour refuses.
const LEGACY_ENTRIES: &str = "grant lists read first-generation entries";

pub(super) fn run(sample: &Sample) -> Outcome {
    let kind = sample.expected["type"].as_str().unwrap_or_default();
    let Some(read) = registry::reader(kind) else {
        return Outcome::failed(format!("the type {kind}"), "no such type");
    };
    let read = read(sample.json.get());
    match sample.expected["verdict"].as_str() {
        Some("invalid") => match read {
            Err(_) => Outcome::Passed,
            Ok(_) if reads_legacy_entry(kind, &sample.expected) => Outcome::PassedByRule(LEGACY_ENTRIES),
            Ok(emitted) => Outcome::failed(format!("refused: {}", sample.expected["errors"]), emitted.value),
        },
        Some("valid" | "legacy") => match read {
            Ok(emitted) => accepted(sample, kind, &emitted),
            Err(error) => Outcome::failed("accepted", error),
        },
        verdict => Outcome::failed("a verdict", format!("{verdict:?}")),
    }
}

/// The one thing wrong with the page is that an entry does not say its kind.
fn reads_legacy_entry(kind: &str, expected: &Value) -> bool {
    let errors = expected["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let about_tag = |error: &Value| error["rule"] == "discriminator absent";
    kind == "UnifiedGrantListResult" && !errors.is_empty() && errors.iter().all(about_tag)
}

fn accepted(sample: &Sample, kind: &str, emitted: &registry::Emitted) -> Outcome {
    let expected = &sample.expected;
    let mut value = emitted.value.clone();
    if matches!(kind, "AgentListResult" | "AgentListWire") {
        // The recorded value has the SDK's key; the wire's is `items`.
        if let Some(items) = value.as_object_mut().and_then(|object| object.shift_remove("items")) {
            value["agents"] = items;
        }
    }
    if let Some(dump) = expected.get("dump") {
        let (mut left, mut right) = (compare::without_nulls(dump), compare::without_nulls(&value));
        if kind == "TokenWire" {
            // Recorded as it came; what is read of it is the derived property `retry_info_parsed`.
            for side in [&mut left, &mut right] {
                side.as_object_mut().map(|object| object.shift_remove("retry_info"));
            }
        }
        if !compare::same(&left, &right) {
            return Outcome::failed(left, right);
        }
    }
    if let Some(part) = expected.get("dump_contains").filter(|part| !compare::contains(&value, part)) {
        return Outcome::failed(format!("containing {part}"), value);
    }
    for key in texts(&expected["always_present"]) {
        if value.get(key).is_none() {
            return Outcome::failed(format!("the key {key}, null or not"), value);
        }
    }
    for hidden in texts(&expected["debug_must_not_contain"]) {
        if emitted.debug.contains(hidden) {
            return Outcome::failed(format!("Debug without {hidden:?}"), &emitted.debug);
        }
    }
    match expected["derived"].as_object() {
        Some(properties) => derived::check(kind, sample.json.get(), properties),
        None => Outcome::Passed,
    }
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
