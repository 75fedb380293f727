//! `Retry-After` in both its forms (RFC 9110, section 10.2.3).

use std::time::Duration;

use alter_auth::UnixSeconds;
use alter_types::error::{MAX_RETRY_AFTER, parse_retry_after};
use time::{PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

const IMF_FIXDATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// The wait a header value asks for, at most an hour. A date in the past asks for none.
pub(crate) fn parse(value: &str, now: UnixSeconds) -> Option<Duration> {
    if let Some(seconds) = parse_retry_after(value, MAX_RETRY_AFTER) {
        return Some(Duration::from_secs(seconds));
    }
    let date = PrimitiveDateTime::parse(value.trim(), IMF_FIXDATE).ok()?.assume_utc().unix_timestamp();
    let seconds = u64::try_from(date.saturating_sub(now.0)).unwrap_or(0);
    Some(Duration::from_secs(seconds.min(MAX_RETRY_AFTER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = UnixSeconds(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
        for (value, seconds) in [
            ("7", Some(7)),
            (" 007 ", Some(7)),
            ("99999999999999999999", Some(3600)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
            ("Sat, 06 Nov 2094 08:49:27 GMT", Some(3600)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(parse(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
