//! The folder `functions`: parsers, builders and signers that need no request.

mod headers;
mod identity;
mod rules;
mod sigv4;
mod text;

use serde_json::Value;

use crate::report::{Outcome, Report};

/// Runs every row of every function we have.
pub(crate) fn run(tables: &[Value], report: &mut Report) {
    for table in tables {
        let function = table["name"].as_str().unwrap_or("?");
        let rows = table["vectors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(run) = runner(function) else {
            report.note(format!("functions/{function}: {} rows not run, no runner yet", rows.len()));
            continue;
        };
        for row in rows {
            let name = row["name"].as_str().unwrap_or("?");
            report.add(format!("functions/{function}/{name}"), run(&Row { table, row }));
        }
    }
}

fn runner(function: &str) -> Option<fn(&Row<'_>) -> Outcome> {
    Some(match function {
        "aws_detect_service_and_region" => sigv4::detect,
        "aws_sign_request" => sigv4::sign,
        "coerce_api_base_url" => text::api_base_url,
        "content_match_rule" => rules::content_match,
        "encode_uuid_path_param" => text::uuid_path_param,
        "is_valid_traceparent" => text::traceparent,
        "memory_scope" => identity::memory_scope,
        "parse_bearer_challenge" => headers::bearer_challenge,
        "parse_rate_limit_headers" => headers::rate_limit,
        "parse_retry_after" => headers::retry_after,
        "resolve_path_params" => text::path_params,
        "serialize_context" => text::context,
        "verify_identity_assertion" => identity::verify,
        _ => return None,
    })
}

/// One row, and the table it stands in.
struct Row<'a> {
    table: &'a Value,
    row: &'a Value,
}

impl Row<'_> {
    fn arg(&self, index: usize) -> &Value {
        &self.row["args"][index]
    }

    /// A named argument, or null.
    fn kwarg(&self, name: &str) -> &Value {
        &self.row["kwargs"][name]
    }

    /// What the function returns; null too where it fails.
    fn result(&self) -> &Value {
        &self.row["result"]
    }

    /// Whether the function fails.
    fn fails(&self) -> bool {
        self.row.get("error").is_some()
    }

    /// The attributes of the error it fails with.
    fn error_attributes(&self) -> &Value {
        &self.row["error"]["attributes"]
    }

    /// The clock of the table.
    fn unix_time(&self) -> i64 {
        self.table["unix_time"].as_i64().unwrap_or_default()
    }

    /// Compares, if the function returns; otherwise ours has to fail as well.
    fn compare<T: serde::Serialize, E: std::fmt::Display>(&self, ours: Result<T, E>) -> Outcome {
        match (self.fails(), ours) {
            (true, Err(_)) => Outcome::Passed,
            (true, Ok(value)) => Outcome::failed("refused", serde_json::json!(value)),
            (false, Err(error)) => Outcome::failed(self.result(), error),
            (false, Ok(value)) => Outcome::equal(self.result(), &serde_json::json!(value)),
        }
    }
}
