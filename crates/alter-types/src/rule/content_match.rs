//! [`ContentMatchRule`]: a rule that looks at what a call does (`docs/protocol.md` 8).

use serde_json::{Map, Value, json};

use super::{ContentParamCondition, RequestRule};
use crate::{error::ValueError, strict::characters, wire_enum::wire_enum};

wire_enum! {
    closed
    /// What a content rule does to a call it matches.
    #[derive(Default)]
    ContentMatchEffect = "content rule effect" {
        /// Refuses it.
        #[default]
        Deny = "deny",
        /// Takes fields out of the request before it leaves.
        Redact = "redact",
        /// Asks for a freshly authenticated user.
        StepUp = "step_up",
    }
}

wire_enum! {
    closed
    /// What kind of thing an operation does.
    ContentMatchFamily = "operation family" {
        /// Sends something to somebody.
        Send = "send",
        /// Reads.
        Read = "read",
        /// Writes.
        Write = "write",
        /// Deletes.
        Delete = "delete",
        /// Administers.
        Admin = "admin",
        /// Pays.
        Payment = "payment",
    }
}

/// Builds a content rule: which calls it matches, under which conditions, and what then happens.
///
/// ```
/// use alter_types::{ContentMatchFamily, ContentMatchRule};
///
/// let rule = ContentMatchRule::deny().families([ContentMatchFamily::Send, ContentMatchFamily::Payment]).build()?;
/// assert_eq!(
///     serde_json::to_string(&rule)?,
///     r#"{"rule_type":"content_match","rule_body":{"match":{"families":["send","payment"]},"effect":"deny"}}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct ContentMatchRule {
    operations: Vec<String>,
    families: Vec<ContentMatchFamily>,
    params: Vec<ContentParamCondition>,
    effect: Effect,
}

#[derive(Debug, Clone, PartialEq)]
enum Effect {
    Deny,
    Redact(Vec<String>),
    StepUp(i64),
}

impl ContentMatchRule {
    /// Calls that match are refused.
    pub fn deny() -> Self {
        Self::new(Effect::Deny)
    }

    /// These fields are taken out of the request body: 1 to 50 names of 1 to 120 characters. The call is refused where
    /// that is not possible.
    pub fn redact<S: Into<String>>(fields: impl IntoIterator<Item = S>) -> Self {
        Self::new(Effect::Redact(fields.into_iter().map(Into::into).collect()))
    }

    /// The user must have been authenticated within that many seconds, 1 to 86,400.
    pub fn step_up(max_session_age_seconds: i64) -> Self {
        Self::new(Effect::StepUp(max_session_age_seconds))
    }

    fn new(effect: Effect) -> Self {
        Self { operations: Vec::new(), families: Vec::new(), params: Vec::new(), effect }
    }

    /// Matches these operations by id, each 1 to 255 characters.
    pub fn operations<S: Into<String>>(mut self, operations: impl IntoIterator<Item = S>) -> Self {
        self.operations = operations.into_iter().map(Into::into).collect();
        self
    }

    /// Matches operations of these families.
    pub fn families(mut self, families: impl IntoIterator<Item = ContentMatchFamily>) -> Self {
        self.families = families.into_iter().collect();
        self
    }

    /// Matches only calls that fulfil all these conditions, at most 20.
    pub fn params(mut self, params: impl IntoIterator<Item = ContentParamCondition>) -> Self {
        self.params = params.into_iter().collect();
        self
    }

    /// Checks the rule and puts it into its envelope.
    ///
    /// # Errors
    /// [`ValueError`] if it matches nothing or more than 100 things, has more than 20 conditions, or a text or
    /// number is out of its bounds.
    pub fn build(self) -> Result<RequestRule, ValueError> {
        self.check().map_err(ValueError::argument)?;
        let mut matched = Map::new();
        if !self.operations.is_empty() {
            matched.insert("operations".to_owned(), self.operations.into());
        }
        if !self.families.is_empty() {
            let families = self.families.iter().map(|family| family.as_str());
            matched.insert("families".to_owned(), families.collect::<Vec<_>>().into());
        }
        let mut body = Map::new();
        body.insert("match".to_owned(), matched.into());
        if !self.params.is_empty() {
            let params = serde_json::to_value(self.params);
            let params = params.map_err(|_| ValueError::argument("a condition cannot be written as JSON"))?;
            body.insert("params".to_owned(), params);
        }
        let (effect, key, setting) = match self.effect {
            Effect::Deny => (ContentMatchEffect::Deny, None, Value::Null),
            Effect::Redact(fields) => {
                (ContentMatchEffect::Redact, Some("redact"), json!({ "fields": fields }))
            }
            Effect::StepUp(age) => {
                (ContentMatchEffect::StepUp, Some("step_up"), json!({ "max_session_age_seconds": age }))
            }
        };
        body.insert("effect".to_owned(), effect.as_str().into());
        if let Some(key) = key {
            body.insert(key.to_owned(), setting);
        }
        Ok(RequestRule::new("content_match", body))
    }

    fn check(&self) -> Result<(), &'static str> {
        if !self.operations.iter().all(|id| characters(id, 1, 255)) {
            return Err("operations: expected ids of 1 to 255 characters");
        }
        if !(1..=100).contains(&(self.operations.len() + self.families.len())) {
            return Err("a content rule matches 1 to 100 operations and families");
        }
        if self.params.len() > 20 {
            return Err("params: expected at most 20 conditions");
        }
        self.params.iter().try_for_each(ContentParamCondition::check)?;
        match &self.effect {
            Effect::Redact(fields)
                if !(1..=50).contains(&fields.len())
                    || !fields.iter().all(|name| characters(name, 1, 120)) =>
            {
                Err("redact: expected 1 to 50 names of 1 to 120 characters")
            }
            Effect::StepUp(age) if !(1..=86_400).contains(age) => {
                Err("max_session_age_seconds: expected 1 to 86400")
            }
            _ => Ok(()),
        }
    }
}
