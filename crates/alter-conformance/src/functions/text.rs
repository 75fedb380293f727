//! Single texts: origins, ids in paths, the audit context.

use std::collections::BTreeMap;

use alter_transport::AuditContext;
use alter_types::{GrantId, is_bare_https_origin};
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
