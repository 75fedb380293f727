//! Tables of a function's inputs and outputs.

mod assertion;
mod error_mapping;
mod headers;
mod identity;
mod polls;
mod rules;
mod values;

use serde_json::Value;

pub(crate) use error_mapping::fields as error_fields;
pub(crate) use rules::build as build_content_match;

use crate::{
    load::Table,
    report::{Outcome, Report},
};

/// Runs every row of a table.
pub(super) fn run(table: &Table, report: &mut Report) {
    let run: fn(&Value) -> Outcome = match table.function.as_str() {
        "api-base-url" => values::api_base_url,
        "auth-poll" => polls::auth,
        "bearer-challenge" => headers::bearer_challenge,
        "connect-poll" => polls::connect,
        "content-match-rule" => rules::content_match,
        "datetime-field" => values::date_time,
        "error-mapping" => error_mapping::run,
        "grant-policy-input" => rules::grant_policy,
        "identity-assertion" => assertion::verify,
        "is-valid-key" => values::is_valid_key,
        "memory-namespace" => identity::namespace,
        "memory-scope" => identity::scope,
        "rate-limit-headers" => headers::rate_limit,
        "request-rule-header" => rules::header,
        "retry-after" => headers::retry_after,
        "retry-info-best-effort" => values::retry_info,
        "scope-constraint" => rules::scope_constraint,
        "token-expiry" => values::token_expiry,
        function => {
            report.note(format!(
                "models/vectors/{function}: {} rows not run, no runner yet",
                table.cases.len()
            ));
            return;
        }
    };
    for (index, case) in table.cases.iter().enumerate() {
        let name = case["name"].as_str().map_or_else(|| format!("#{index}"), str::to_owned);
        report.add(format!("models/vectors/{}/{name}", table.function), run(case));
    }
}

/// Whether a row expects a refusal; compares with whether ours refused.
fn refusal<T: std::fmt::Debug, E: std::fmt::Debug>(case: &Value, ours: &Result<T, E>) -> Option<Outcome> {
    match (case.get("error").is_some_and(|error| !error.is_null()), ours) {
        (true, Err(_)) => Some(Outcome::Passed),
        (true, Ok(value)) => Some(Outcome::failed("refused", format!("{value:?}"))),
        (false, Err(error)) => Some(Outcome::failed("accepted", format!("{error:?}"))),
        (false, Ok(_)) => None,
    }
}
