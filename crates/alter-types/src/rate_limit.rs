//! [`RateLimitSnapshot`]: how much of a budget is left, as response headers tell it (`docs/protocol.md` 10).

use serde::{Deserialize, Serialize};

use crate::{Timestamp, checked::checked_model};

/// A budget of requests and when it is full again. A missing snapshot means "unknown", never "unlimited".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct RateLimitSnapshot {
    /// Requests per window.
    pub limit: i64,
    /// Requests left; may exceed `limit`.
    pub remaining: i64,
    /// When the window resets; may be past.
    pub reset_at: Timestamp,
}

checked_model!(RateLimitSnapshot);

/// The last second of the year 9999.
const LATEST_RESET: u64 = 253_402_300_799;

impl RateLimitSnapshot {
    /// A budget of `limit` requests with `remaining` left.
    #[must_use]
    pub fn new(limit: i64, remaining: i64, reset_at: Timestamp) -> Self {
        Self { limit, remaining, reset_at }
    }

    /// Reads the headers of a response. `header` returns the value of a header by its lower-case name; `now` is
    /// only used by the draft-standard pair, whose reset is relative.
    ///
    /// `X-RateLimit-*` wins over `RateLimit-Policy` with `RateLimit`; an incomplete set counts as absent.
    ///
    /// ```
    /// use alter_types::{RateLimitSnapshot, Timestamp};
    ///
    /// let header = |name: &str| match name {
    ///     "x-ratelimit-limit" => Some("600"),
    ///     "x-ratelimit-remaining" => Some("599"),
    ///     "x-ratelimit-reset" => Some("1790000030"),
    ///     _ => None,
    /// };
    /// let now = Timestamp::from_unix_seconds(1_790_000_000);
    /// let snapshot = RateLimitSnapshot::from_headers(header, now).expect("all three headers are there");
    /// assert_eq!(snapshot.remaining, 599);
    /// ```
    pub fn from_headers<'h>(header: impl Fn(&str) -> Option<&'h str>, now: Timestamp) -> Option<Self> {
        let count = |name| number(header(name)?.trim());
        let absolute = || {
            let (limit, remaining) = (count("x-ratelimit-limit")?, count("x-ratelimit-remaining")?);
            Self::at(limit, remaining, count("x-ratelimit-reset")?)
        };
        absolute().or_else(|| Self::from_draft(header("ratelimit-policy")?, header("ratelimit")?, now))
    }

    /// The draft-11 pair: the first budget whose name is also a policy, with limit, rest and seconds to reset.
    fn from_draft(policy: &str, state: &str, now: Timestamp) -> Option<Self> {
        let policies: Vec<Item<'_>> = items(policy).collect();
        items(state).find_map(|budget| {
            let policy = policies.iter().find(|policy| policy.name == budget.name)?;
            let seconds = budget.parameter("t")?;
            let reset = u64::try_from(now.unix_seconds()).ok()?.checked_add(seconds)?;
            Self::at(policy.parameter("q")?, budget.parameter("r")?, reset)
        })
    }

    fn at(limit: u64, remaining: u64, reset: u64) -> Option<Self> {
        let reset =
            i64::try_from(reset.min(LATEST_RESET + 1)).ok().filter(|reset| *reset <= LATEST_RESET as i64)?;
        let reset_at = Timestamp::from_unix_seconds(reset);
        Some(Self { limit: i64::try_from(limit).ok()?, remaining: i64::try_from(remaining).ok()?, reset_at })
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.limit < 0 || self.remaining < 0 {
            Err("limit and remaining must not be negative")
        } else {
            Ok(())
        }
    }
}

/// ASCII digits only, leading zeros allowed, at most twelve significant digits.
fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let significant = digits.trim_start_matches('0');
    match (plain, significant.len()) {
        (true, 0) => Some(0),
        (true, 1..=12) => significant.parse().ok(),
        _ => None,
    }
}

/// `"name";key=digits;…`
struct Item<'h> {
    name: &'h str,
    parameters: Vec<(&'h str, u64)>,
}

impl Item<'_> {
    fn parameter(&self, key: &str) -> Option<u64> {
        self.parameters.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }
}

/// The well-formed items of a list; one bad parameter drops its item.
fn items(list: &str) -> impl Iterator<Item = Item<'_>> {
    list.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next()?.strip_prefix('"')?.strip_suffix('"')?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-');
        let well_formed = (1..=64).contains(&name.len()) && name.bytes().all(known);
        let parameters = parts.map(parameter).collect::<Option<Vec<_>>>()?;
        well_formed.then_some(Item { name, parameters })
    })
}

fn parameter(text: &str) -> Option<(&str, u64)> {
    let (key, digits) = text.split_once('=')?;
    let rest = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'*' | b'-')
    };
    let well_formed = key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(rest);
    well_formed.then_some((key, number(digits)?))
}
