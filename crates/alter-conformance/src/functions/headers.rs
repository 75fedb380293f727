//! Rows of what is read from response headers.

use super::Row;
use crate::{headers, report::Outcome};

pub(super) fn bearer_challenge(row: &Row<'_>) -> Outcome {
    headers::bearer_challenge(row.arg(0), row.result())
}

pub(super) fn rate_limit(row: &Row<'_>) -> Outcome {
    headers::rate_limit(row.arg(0), &row.table["unix_time"], row.result())
}

/// The ceiling says which kind of limit it is about: an hour for the rate, a month for a quota.
pub(super) fn retry_after(row: &Row<'_>) -> Outcome {
    let code = if row.arg(2).is_null() { "rate_limit_exceeded" } else { "quota_exceeded" };
    headers::retry_after(code, row.arg(0), row.arg(1), row.result())
}
