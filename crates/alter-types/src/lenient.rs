//! Readers for `#[serde(deserialize_with = "…")]` whose rule is looser than the type: what does not fit reads as
//! nothing, and never fails the value around it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

/// A UUID in any spelling; the error does not show the text.
pub(crate) fn optional_uuid<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<uuid::Uuid>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let parse = |text: String| uuid::Uuid::try_parse(&text).map_err(|_| de::Error::custom("expected a UUID"));
    text.map(parse).transpose()
}

/// A string; a value of any other type reads as `None`.
pub(crate) fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(TextOrNone)
}

struct TextOrNone;

macro_rules! others_are {
    ($value:expr; $($visit:ident($type:ty)),*) => {$(
        fn $visit<E: de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Ok($value)
        }
    )*};
}

macro_rules! containers_are {
    ($value:expr) => {
        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<de::IgnoredAny>()?.is_some() {}
            Ok($value)
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
}

impl<'de> de::Visitor<'de> for TextOrNone {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    others_are!(None; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
    containers_are!(None);
}

/// A word of a closed set; anything else, of any type, reads as `None`.
pub(crate) fn known_or_none<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(text_or_none(deserializer)?.and_then(|text| text.parse().ok()))
}

/// An object; a value of any other type reads as `None`.
pub(crate) fn object_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    struct ObjectOrNone;
    impl<'de> de::Visitor<'de> for ObjectOrNone {
        type Value = Option<Map<String, Value>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        others_are!(None; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<de::IgnoredAny>()?.is_some() {}
            Ok(None)
        }

        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Map::deserialize(de::value::MapAccessDeserializer::new(map)).map(Some)
        }
    }
    deserializer.deserialize_any(ObjectOrNone)
}

/// An object; a value of any other type reads as the empty one.
pub(crate) fn object_or_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<String, Value>, D::Error> {
    object_or_none(deserializer).map(Option::unwrap_or_default)
}

/// A boolean; a value of any other type reads as false.
pub(crate) fn bool_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct BoolOrFalse;
    impl<'de> de::Visitor<'de> for BoolOrFalse {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
            Ok(false)
        }

        others_are!(false; visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
        containers_are!(false);
    }
    deserializer.deserialize_any(BoolOrFalse)
}

/// An integer; a value of any other type reads as 0.
pub(crate) fn integer_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct IntegerOrZero;
    impl<'de> de::Visitor<'de> for IntegerOrZero {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
            Ok(value)
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
            Ok(i64::try_from(value).unwrap_or(i64::MAX))
        }

        fn visit_unit<E: de::Error>(self) -> Result<i64, E> {
            Ok(0)
        }

        others_are!(0; visit_bool(bool), visit_f64(f64), visit_str(&str));
        containers_are!(0);
    }
    deserializer.deserialize_any(IntegerOrZero)
}

/// A whole number that fits, also if it is written with a point (`100.0`) or as text (`"100"`).
pub(crate) fn whole_number<'de, D: Deserializer<'de>, N: TryFrom<u64>>(
    deserializer: D,
) -> Result<N, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64()?;
            // Every whole number below 2^53 is exact.
            (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then_some(float as u64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .and_then(|number| N::try_from(number).ok())
        .ok_or_else(|| de::Error::custom("expected a whole number"))
}

/// A list of strings, all of them; a value that is not a list reads as `None`.
pub(crate) fn texts_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    struct TextsOrNone;
    impl<'de> de::Visitor<'de> for TextsOrNone {
        type Value = Option<Vec<String>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        others_are!(None; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

        fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(Some)
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    }
    deserializer.deserialize_any(TextsOrNone)
}

/// The strings of a list, other entries skipped; a value that is not a list reads as empty.
pub(crate) fn texts_kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Array(list) => Ok(list
            .into_iter()
            .filter_map(|entry| match entry {
                Value::String(text) => Some(text),
                _ => None,
            })
            .collect()),
        _ => Ok(Vec::new()),
    }
}
