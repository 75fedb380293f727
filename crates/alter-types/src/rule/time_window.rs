//! [`TimeWindows`]: hours of the week in a time zone (`docs/protocol.md` 8).

use serde::{Deserialize, Serialize};

use crate::{checked::checked_model, wire_enum::wire_enum};

wire_enum! {
    closed
    /// A day of the week.
    Weekday = "weekday" {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

/// Hours on some days of the week. An end before the start reaches into the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct TimeWindow {
    /// The days it begins on; at least one, none twice.
    pub days: Vec<Weekday>,
    /// `00:00` to `23:59`.
    pub start: String,
    /// `00:00` to `24:00`, other than the start.
    pub end: String,
}

/// Several windows in one time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct TimeWindows {
    /// 1 to 20 windows.
    pub windows: Vec<TimeWindow>,
    /// An exact IANA name such as `Europe/Berlin` or `UTC`. Its form is checked here, its existence by the vault.
    pub timezone: String,
}

checked_model!(TimeWindow, TimeWindows);

impl TimeWindow {
    /// The hours from `start` to `end` on those days.
    #[must_use]
    pub fn new(days: Vec<Weekday>, start: impl Into<String>, end: impl Into<String>) -> Self {
        Self { days, start: start.into(), end: end.into() }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        let unique = self.days.iter().enumerate().all(|(index, day)| !self.days[..index].contains(day));
        if self.days.is_empty() || !unique {
            Err("days: expected at least one day, none twice")
        } else if !is_clock(&self.start) {
            Err("start: expected HH:MM from 00:00 to 23:59")
        } else if self.end != "24:00" && !is_clock(&self.end) {
            Err("end: expected HH:MM from 00:00 to 24:00")
        } else if self.start == self.end {
            Err("start and end must differ")
        } else {
            Ok(())
        }
    }
}

impl TimeWindows {
    /// These windows in that time zone.
    #[must_use]
    pub fn new(windows: Vec<TimeWindow>, timezone: impl Into<String>) -> Self {
        Self { windows, timezone: timezone.into() }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !(1..=20).contains(&self.windows.len()) {
            return Err("windows: expected 1 to 20");
        }
        if !is_zone_name(&self.timezone) {
            return Err("timezone: expected an IANA name such as Europe/Berlin");
        }
        self.windows.iter().try_for_each(TimeWindow::check)
    }
}

/// `HH:MM` in ASCII digits, 00:00 to 23:59.
fn is_clock(text: &str) -> bool {
    let [h1, h2, b':', m1, m2] = text.as_bytes() else { return false };
    let digits = [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit);
    digits && (*h1 < b'2' || (*h1 == b'2' && *h2 < b'4')) && *m1 < b'6'
}

/// The form of an IANA name: an area in its exact spelling, with places after slashes. Areas without a place are
/// listed, since `utc` or `localtime` look like names as well.
fn is_zone_name(name: &str) -> bool {
    const AREAS: [&str; 16] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Brazil",
        "Canada",
        "Chile",
        "Etc",
        "Europe",
        "Indian",
        "Mexico",
        "Pacific",
        "US",
    ];
    const ALONE: [&str; 44] = [
        "CET",
        "CST6CDT",
        "Cuba",
        "EET",
        "EST",
        "EST5EDT",
        "Egypt",
        "Eire",
        "GB",
        "GB-Eire",
        "GMT",
        "GMT+0",
        "GMT-0",
        "GMT0",
        "Greenwich",
        "HST",
        "Hongkong",
        "Iceland",
        "Iran",
        "Israel",
        "Jamaica",
        "Japan",
        "Kwajalein",
        "Libya",
        "MET",
        "MST",
        "MST7MDT",
        "NZ",
        "NZ-CHAT",
        "Navajo",
        "PRC",
        "PST8PDT",
        "Poland",
        "Portugal",
        "ROC",
        "ROK",
        "Singapore",
        "Turkey",
        "UCT",
        "UTC",
        "Universal",
        "W-SU",
        "WET",
        "Zulu",
    ];
    match name.split_once('/') {
        None => ALONE.contains(&name),
        Some((area, places)) => {
            let place = |place: &str| {
                let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
                place.starts_with(|c: char| c.is_ascii_uppercase()) && place.bytes().all(known)
            };
            AREAS.contains(&area) && places.split('/').all(place)
        }
    }
}
