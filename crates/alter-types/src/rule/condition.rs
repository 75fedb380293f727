//! [`ContentParamCondition`]: what a content rule compares a parameter of a call with (`docs/protocol.md` 8).

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Number, Value};

use super::TimeWindows;
use crate::{strict::characters, wire_enum::wire_enum};

wire_enum! {
    closed
    /// How a parameter is compared.
    ContentParamOp = "condition operator" {
        /// It is that value.
        Equals = "equals",
        /// It, or one of its members, matches a pattern.
        AnyIn = "any_in",
        /// One of its members matches no pattern.
        NotSubsetOf = "not_subset_of",
        /// It is greater.
        Gt = "gt",
        /// It is greater or equal.
        Gte = "gte",
        /// It is less.
        Lt = "lt",
        /// It is less or equal.
        Lte = "lte",
        /// The time range is not wholly inside the windows.
        OutsideWindows = "outside_windows",
    }
}

/// One condition on a parameter of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContentParamCondition {
    /// The parameter, 1 to 120 characters.
    pub name: String,
    /// How it is compared.
    pub op: ContentParamOp,
    /// What it is compared with; which form, the operator says.
    pub value: ConditionValue,
}

/// What a parameter is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ConditionValue {
    /// For `equals` and the orderings.
    Scalar(ScalarValue),
    /// For `any_in` and `not_subset_of`: 1 to 200 patterns of 1 to 512 characters.
    Patterns(Vec<String>),
    /// For `outside_windows`.
    Windows(TimeWindows),
}

/// A text or a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ScalarValue {
    /// A text; only `equals` compares it.
    Text(String),
    /// A finite number.
    Number(Number),
}

impl ContentParamCondition {
    /// Checks that the value is one the operator can use.
    ///
    /// # Errors
    /// [`ValueError`](crate::error::ValueError) naming the rule that is broken.
    pub fn new(
        name: impl Into<String>,
        op: ContentParamOp,
        value: ConditionValue,
    ) -> Result<Self, crate::error::ValueError> {
        let condition = Self { name: name.into(), op, value };
        condition.check().map_err(crate::error::ValueError::argument)?;
        Ok(condition)
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !characters(&self.name, 1, 120) {
            return Err("name: expected 1 to 120 characters");
        }
        match (self.op, &self.value) {
            (ContentParamOp::Equals, ConditionValue::Scalar(_)) => Ok(()),
            (ContentParamOp::Equals, _) => Err("equals takes a text or a number"),
            (ContentParamOp::AnyIn | ContentParamOp::NotSubsetOf, ConditionValue::Patterns(patterns)) => {
                let fits =
                    (1..=200).contains(&patterns.len()) && patterns.iter().all(|p| characters(p, 1, 512));
                if fits { Ok(()) } else { Err("expected 1 to 200 patterns of 1 to 512 characters") }
            }
            (ContentParamOp::AnyIn | ContentParamOp::NotSubsetOf, _) => {
                Err("the operator takes a list of patterns")
            }
            (ContentParamOp::OutsideWindows, ConditionValue::Windows(windows)) => windows.check(),
            (ContentParamOp::OutsideWindows, _) => Err("outside_windows takes time windows"),
            (_, ConditionValue::Scalar(ScalarValue::Number(_))) => Ok(()),
            (_, _) => Err("the operator takes a number"),
        }
    }
}

/// Reads the form the operator asks for, so that an error is about that form.
impl<'de> Deserialize<'de> for ContentParamCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Untyped {
            name: String,
            op: ContentParamOp,
            value: Value,
        }
        let Untyped { name, op, value } = Untyped::deserialize(deserializer)?;
        let value = match (op, value) {
            (ContentParamOp::OutsideWindows, value) => {
                let windows = <TimeWindows as Deserialize>::deserialize(value);
                ConditionValue::Windows(windows.map_err(|_| de::Error::custom("expected time windows"))?)
            }
            (_, Value::String(text)) => ConditionValue::Scalar(ScalarValue::Text(text)),
            (_, Value::Number(number)) => ConditionValue::Scalar(ScalarValue::Number(number)),
            (_, list @ Value::Array(_)) => {
                let patterns = Vec::deserialize(list);
                ConditionValue::Patterns(patterns.map_err(|_| de::Error::custom("expected a list of texts"))?)
            }
            _ => return Err(de::Error::custom("expected a text, a number, a list of texts or time windows")),
        };
        let condition = Self { name, op, value };
        condition.check().map_err(de::Error::custom)?;
        Ok(condition)
    }
}
