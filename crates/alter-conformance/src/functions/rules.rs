//! Rules a caller writes.

use serde_json::json;

use super::Row;
use crate::{models::build_content_match, report::Outcome};

pub(super) fn content_match(row: &Row<'_>) -> Outcome {
    // As text: the order of keys is part of the recorded behaviour.
    match build_content_match(&row.row["kwargs"]) {
        Ok(rule) if !row.fails() => Outcome::equal(&row.result().to_string(), &json!(rule).to_string()),
        ours => row.compare(ours),
    }
}
