//! The stricter date-times of the token answer (`docs/protocol.md` 6.2).

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use crate::{Timestamp, strict};

const EXPECTED: &str = "expected YYYY-MM-DDTHH:MM:SS with an offset, the fraction at most nine digits";

/// `YYYY-MM-DDTHH:MM:SS`, a fraction of 1 to 9 digits or none, and `Z` or `±HH:MM`.
pub(super) fn full<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Full>::deserialize(deserializer)?.map(|full| full.0))
}

struct Full(Timestamp);

impl FromStr for Full {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let parsed = if is_full(text) { text.parse().ok() } else { None };
        parsed.map(Self).ok_or(EXPECTED)
    }
}

impl<'de> Deserialize<'de> for Full {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(strict::Parse::new("date-time with an offset"))
    }
}

fn is_full(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(19) else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    clock.as_bytes()[10] == b'T' && (zone == "Z" || (zone.len() == 6 && zone.as_bytes()[3] == b':'))
}

/// A date-time of the metadata form: text without a lower-case `z`, or seconds since the Unix epoch.
pub(super) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrSeconds {
        Seconds(f64),
        Text(String),
    }
    match Option::<TextOrSeconds>::deserialize(deserializer)? {
        None => Ok(None),
        Some(TextOrSeconds::Seconds(seconds)) => {
            Ok(Some(Timestamp::from_unix_micros((seconds * 1e6) as i64)))
        }
        Some(TextOrSeconds::Text(text)) if !text.ends_with('z') => {
            text.parse().map(Some).map_err(de::Error::custom)
        }
        Some(TextOrSeconds::Text(_)) => Err(de::Error::custom(EXPECTED)),
    }
}
