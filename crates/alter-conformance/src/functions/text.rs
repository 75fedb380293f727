//! Single texts: origins, ids in paths, path templates, trace contexts, the audit context.

use std::collections::BTreeMap;

use alter_transport::{AuditContext, template};
use alter_types::{GrantId, TraceParent, is_bare_https_origin};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Row;
use crate::report::Outcome;

pub(super) fn api_base_url(row: &Row<'_>) -> Outcome {
    let origin = row.arg(0).as_str().filter(|text| is_bare_https_origin(text));
    Outcome::equal(row.result(), &json!(origin))
}

pub(super) fn uuid_path_param(row: &Row<'_>) -> Outcome {
    match row.arg(0).as_str().map(str::parse::<GrantId>) {
        // W-12a: whatever the spelling, what goes into the path is the canonical form.
        Some(Ok(id)) if row.fails() && id.to_string().len() == 36 => Outcome::PassedByRule("W-12"),
        Some(ours) => row.compare(ours),
        None => Outcome::NotApplicable("an id is parsed from text; anything else does not compile"),
    }
}

pub(super) fn traceparent(row: &Row<'_>) -> Outcome {
    match row.arg(0).as_str() {
        Some(text) => Outcome::equal(row.result(), &json!(text.parse::<TraceParent>().is_ok())),
        None => Outcome::NotApplicable("a trace context is parsed from text; anything else does not compile"),
    }
}

pub(super) fn path_params(row: &Row<'_>) -> Outcome {
    let values = match row.arg(1) {
        Value::Null => BTreeMap::new(),
        values => match BTreeMap::<String, String>::deserialize(values) {
            Ok(values) => values,
            Err(_) => {
                return Outcome::NotApplicable(
                    "path values map text to text; anything else does not compile",
                );
            }
        },
    };
    let Some(url) = row.arg(0).as_str() else {
        return Outcome::NotApplicable("a template is text; anything else does not compile");
    };
    let values: Vec<(String, String)> = values.into_iter().collect();
    row.compare(template::expand(url, &values))
}

pub(super) fn context(row: &Row<'_>) -> Outcome {
    let labels = match row.arg(0) {
        Value::Null => BTreeMap::new(),
        labels => match BTreeMap::<String, String>::deserialize(labels) {
            Ok(labels) => labels,
            Err(_) => {
                return Outcome::NotApplicable("a context maps text to text; anything else does not compile");
            }
        },
    };
    let ours = AuditContext::new(labels);
    row.compare(ours.map(|context| context.map(|context| context.encoded().to_owned())))
}
