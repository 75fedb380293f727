//! The folder `keys`: which texts are well-formed API keys.

use alter_auth::ApiKey;
use serde_json::Value;

use crate::report::{Outcome, Report};

/// Runs every row of every table.
pub(crate) fn run(tables: &[Value], report: &mut Report) {
    for table in tables {
        let rows = table["vectors"].as_array().map(Vec::as_slice).unwrap_or_default();
        for row in rows {
            let why = row["why"].as_str().unwrap_or("?");
            report.add(format!("keys/{why}"), well_formed(row));
        }
    }
}

fn well_formed(row: &Value) -> Outcome {
    match row["input"].as_str() {
        Some(text) => Outcome::equal(&row["valid"], &text.parse::<ApiKey>().is_ok().into()),
        None => Outcome::NotApplicable("a key is text; anything else does not compile"),
    }
}
