//! The arguments of a recorded call, read into the types our facade asks for, and what can be in the way.

use std::{cell::RefCell, collections::BTreeSet, str::FromStr, time::Duration};

use alter_client::{Error, Secret};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::vector::Call;

/// Why an operation gave no result.
#[derive(Debug)]
pub(super) enum Stop {
    /// Our code said no, as the error of the call.
    Failed(Error),
    /// A type said no before there was a call: an id, a label, a date that cannot be read.
    Refused(String),
    /// A type has no such value, and why. Where there are no types, it would have been sent.
    ByType(&'static str),
    /// An id is a UUID in another spelling than the official one.
    OtherSpelling,
    /// The call does not compile: a value of another type, an operation another client has, two exclusive arguments.
    Untyped(&'static str),
    /// Our facade, or this runner, has no such operation or argument yet.
    Missing(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What an operation gave, as recorded: the value, in the names of the official SDK.
pub(super) type Outcome = Result<Value, Stop>;

/// What becomes of a text that is no id.
pub(super) const NOT_AN_ID: Stop =
    Stop::ByType("ids are types, so that no other text gets into a path or a body (W-12)");

const OTHER_TYPE: &str = "an argument of another type does not compile";

/// The arguments of one call. Each is taken by its name; what nobody took is a mistake of this runner.
#[derive(Debug)]
pub(super) struct Arguments {
    all: Map<String, Value>,
    taken: RefCell<BTreeSet<String>>,
}

impl Arguments {
    /// `names` are those of the positional arguments.
    pub(super) fn new(call: &Call, names: &[&str]) -> Result<Self, Stop> {
        let mut all = call.kwargs.clone();
        if call.args.len() > names.len() {
            return Err(Stop::Missing(format!("{} positional arguments", call.args.len())));
        }
        for (name, value) in names.iter().zip(&call.args) {
            all.insert((*name).to_owned(), value.clone());
        }
        Ok(Self { all, taken: RefCell::default() })
    }

    /// The value as recorded, if it was given.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.taken.borrow_mut().insert(name.to_owned());
        self.all.get(name)
    }

    /// Whether it was given, and is not nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes an argument that only says what is so anyway.
    pub(super) fn ignore(&self, name: &str) {
        let _ = self.value(name);
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Stop> {
        self.value(name).map(|value| value.as_str().ok_or(Stop::Untyped(OTHER_TYPE))).transpose()
    }

    pub(super) fn required_text(&self, name: &str) -> Result<&str, Stop> {
        self.text(name)?.ok_or(Stop::Untyped("a required argument cannot be left out"))
    }

    pub(super) fn secret(&self, name: &str) -> Result<Option<Secret>, Stop> {
        Ok(self.text(name)?.map(Secret::from))
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Stop> {
        self.value(name).map(|value| value.as_bool().ok_or(Stop::Untyped(OTHER_TYPE))).transpose()
    }

    /// A whole number of any integer type.
    pub(super) fn number<N: TryFrom<i64>>(&self, name: &str) -> Result<Option<N>, Stop> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let number = value.as_i64().ok_or(Stop::Untyped(OTHER_TYPE))?;
        N::try_from(number).map(Some).map_err(|_| Stop::Untyped("a number outside its type does not compile"))
    }

    /// Seconds, which may be a fraction.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, Stop> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let seconds = value.as_f64().ok_or(Stop::Untyped("a duration is a number of seconds"))?;
        Duration::try_from_secs_f64(seconds)
            .map(Some)
            .map_err(|_| Stop::Untyped("a duration is neither negative nor infinite"))
    }

    /// A UUID of some kind.
    pub(super) fn id<T: FromStr>(&self, name: &str) -> Result<Option<T>, Stop> {
        self.text(name)?.map(id).transpose()
    }

    pub(super) fn required_id<T: FromStr>(&self, name: &str) -> Result<T, Stop> {
        id(self.required_text(name)?)
    }

    /// Text that one of our types reads.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<Option<T>, Stop>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let parse = |text: &str| text.parse().map_err(|error: T::Err| Stop::Refused(error.to_string()));
        self.text(name)?.map(parse).transpose()
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Stop> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let list = value.as_array().ok_or(Stop::Untyped(OTHER_TYPE))?;
        let texts = list.iter().map(|text| text.as_str().map(str::to_owned).ok_or(Stop::Untyped(OTHER_TYPE)));
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A map from text to text.
    pub(super) fn pairs(&self, name: &str) -> Result<Vec<(&str, &str)>, Stop> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let map = value.as_object().ok_or(Stop::Untyped(OTHER_TYPE))?;
        let pair = |(name, value): (&'_ String, &'_ Value)| Some((name.len(), value.as_str()?.len()));
        if map.iter().any(|entry| pair(entry).is_none()) {
            return Err(Stop::Untyped(OTHER_TYPE));
        }
        Ok(map.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect())
    }

    /// A model, which refuses what it does not know.
    pub(super) fn model<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Stop> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let mut value = value.clone();
        if let Some(fields) = value.as_object_mut() {
            fields.shift_remove("$type");
        }
        let read = serde_json::from_value(value);
        read.map(Some).map_err(|error| match error.to_string() {
            other if other.starts_with("invalid type") => Stop::ByType(OTHER_TYPE),
            refusal => Stop::Refused(refusal),
        })
    }

    /// JSON, unless it holds what JSON cannot.
    pub(super) fn json(&self, name: &str) -> Result<Option<&Value>, Stop> {
        match self.value(name) {
            Some(value) if is_marked(value) => {
                Err(Stop::Untyped("a JSON value holds no number that is not finite, and no bytes"))
            }
            value => Ok(value),
        }
    }

    /// Fails if an argument was not taken.
    pub(super) fn finish(&self) -> Result<(), Stop> {
        let taken = self.taken.borrow();
        match self.all.keys().find(|name| !taken.contains(*name)) {
            Some(name) => Err(Stop::Missing(format!("the argument {name}"))),
            None => Ok(()),
        }
    }
}

fn id<T: FromStr>(text: &str) -> Result<T, Stop> {
    match text.parse() {
        Ok(_) if text.len() != 36 => Err(Stop::OtherSpelling),
        Ok(id) => Ok(id),
        Err(_) => Err(NOT_AN_ID),
    }
}

/// Whether a value holds, at some depth, one that JSON cannot.
fn is_marked(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.keys()
                .any(|key| matches!(&**key, "$float" | "$bytes_utf8" | "$bytes_b64" | "$set" | "$python"))
                || map.values().any(is_marked)
        }
        Value::Array(list) => list.iter().any(is_marked),
        _ => false,
    }
}
