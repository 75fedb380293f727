//! How long an error answer asks to wait (`docs/protocol.md` 9.4).

use serde_json::{Map, Value};

use super::fields;

/// Longest wait a rate limit or an overloaded backend can ask for, in seconds.
pub const MAX_RETRY_AFTER: u64 = 3_600;

/// Longest wait a quota can ask for, in seconds: 31 days.
pub const MAX_QUOTA_RETRY_AFTER: u64 = 2_678_400;

/// Seconds in a `Retry-After` header. Only ASCII digits count; dates, signs and fractions do not. A number of any
/// length saturates at `ceiling`.
#[must_use]
pub fn parse_retry_after(header: &str, ceiling: u64) -> Option<u64> {
    let digits = header.trim();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse::<u64>().unwrap_or(u64::MAX).min(ceiling))
}

/// The header if it counts, else the body's `retry_after`.
pub(crate) fn resolve(header: Option<&str>, body: &Map<String, Value>, ceiling: u64) -> Option<u64> {
    let from_header = header.and_then(|header| parse_retry_after(header, ceiling));
    from_header.or_else(|| fields::count(body, "retry_after").map(|seconds| seconds.min(ceiling)))
}
