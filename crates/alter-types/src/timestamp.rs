//! [`Timestamp`]: an instant as the protocol writes it (RFC 3339, UTC, six fraction digits or none).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{
    Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, format_description::BorrowedFormatItem,
};

/// A text that is not a date-time of the protocol. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid date-time: expected RFC 3339, for example 2026-07-01T12:00:00Z")]
pub struct ParseTimestampError;

/// An instant with microsecond precision.
///
/// Prints in UTC with `Z`, with six fraction digits when the microseconds are not zero and none otherwise
/// (`docs/protocol.md` 5.2). Reads `T`, `t`, `_` or a space between date and time, fractions of any length (cut to
/// microseconds), `Z` or an offset; without an offset the text means UTC; a bare date means its midnight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The instant `seconds` after the Unix epoch. Values outside the years 1 to 9999 are clamped to them.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let seconds = seconds.clamp(-62_135_596_800, 253_402_300_799);
        Self(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// The instant `micros` microseconds after the Unix epoch. Values outside the years 1 to 9999 are clamped.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Self {
        let seconds = Self::from_unix_seconds(micros.div_euclid(1_000_000));
        Self(seconds.0 + time::Duration::microseconds(micros.rem_euclid(1_000_000)))
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub fn unix_micros(self) -> i64 {
        self.0.unix_timestamp() * 1_000_000 + i64::from(self.0.microsecond())
    }

    /// The instant as a `time` value, in UTC.
    #[must_use]
    pub fn date_time(self) -> OffsetDateTime {
        self.0
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        let utc = instant.to_offset(UtcOffset::UTC);
        let micros = utc.microsecond();
        Self(utc.replace_microsecond(micros).unwrap_or(utc))
    }
}

const SECONDS: &[BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const MICROS: &[BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = if self.0.microsecond() == 0 { SECONDS } else { MICROS };
        f.write_str(&self.0.format(layout).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        parse(text).ok_or(ParseTimestampError)
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let date = parse_date(date)?;
    if rest.is_empty() {
        return Some(Timestamp(date.midnight().assume_utc()));
    }
    let rest = rest.strip_prefix(['T', 't', '_', ' '])?;
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let local = PrimitiveDateTime::new(date, parse_clock(clock)?);
    local.assume_offset(parse_zone(zone)?).checked_to_offset(UtcOffset::UTC).map(Timestamp)
}

/// `YYYY-MM-DD`, years 0001 to 9999.
fn parse_date(text: &str) -> Option<Date> {
    let [_, _, _, _, b'-', _, _, b'-', _, _] = text.as_bytes() else { return None };
    let year = i32::from(two_digits(&text[..2])?) * 100 + i32::from(two_digits(&text[2..4])?);
    let month = Month::try_from(two_digits(&text[5..7])?).ok()?;
    Date::from_calendar_date(year, month, two_digits(&text[8..])?).ok().filter(|_| year > 0)
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`.
fn parse_clock(text: &str) -> Option<Time> {
    let (whole, fraction) = match text.find(['.', ',']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = match parts.next() {
        Some(part) => two_digits(part)?,
        None if fraction.is_none() => 0,
        None => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    let micros = match fraction {
        None => 0,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            let kept = &digits[..digits.len().min(6)];
            kept.parse::<u32>().ok()? * 10_u32.pow(6 - u32::try_from(kept.len()).ok()?)
        }
        Some(_) => return None,
    };
    Time::from_hms_micro(hour, minute, second, micros).ok()
}

/// Nothing, `Z`, `z`, `+HH:MM`, `-HH:MM`, `+HHMM` or `-HHMM`; under 24 hours.
fn parse_zone(text: &str) -> Option<UtcOffset> {
    if matches!(text, "" | "Z" | "z") {
        return Some(UtcOffset::UTC);
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        5 if digits.as_bytes()[2] == b':' => (&digits[..2], &digits[3..]),
        4 => (&digits[..2], &digits[2..]),
        _ => return None,
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    UtcOffset::from_whole_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()
}

fn two_digits(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 date-time")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn reads_every_documented_spelling_as_the_same_instant() {
        let noon = Timestamp::from_unix_seconds(1_782_907_200);
        for text in [
            "2026-07-01T12:00:00Z",
            "2026-07-01t12:00z",
            "2026-07-01 12:00:00",
            "2026-07-01_14:00:00+02:00",
            "2026-07-01T10:30:00,0000009-0130",
        ] {
            assert_eq!(text.parse(), Ok(noon), "{text}");
        }
    }

    #[test]
    fn refuses_what_the_protocol_refuses() {
        for text in [
            "",
            " 2026-07-01",
            "2026-07-01T24:00:00Z",
            "2026-07-01T12:00:60Z",
            "2026-07-01T12:00:00+02",
            "2026-07-01T12:00:00+24:00",
            "20260701",
            "2026-07-01T12",
            "1782907200",
            "2026-07-01T12:00.5",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn prints_six_fraction_digits_or_none() {
        assert_eq!(Timestamp::from_unix_seconds(1_782_907_200).to_string(), "2026-07-01T12:00:00Z");
        assert_eq!(
            Timestamp::from_unix_micros(1_782_907_200_100_000).to_string(),
            "2026-07-01T12:00:00.100000Z"
        );
    }
}
