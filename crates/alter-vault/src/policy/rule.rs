//! [`Rule`]: what a caller forbids itself for one request. A rule only ever restricts, and what it cannot decide it
//! refuses.
//!
//! Values are compared as texts, ignoring case and white space at both ends. In retrieve mode the vault sees neither
//! body nor parameters of the call, and has only the caller's word for the method: conditions on those count as met.

use alter_types::RequestRule;
use serde_json::{Map, Value};

/// Conditions in one rule.
const MAX_CONDITIONS: usize = 50;

/// A rule that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rule {
    /// `json_match`: refuse when all conditions hold.
    JsonMatch(Vec<Condition>),
    /// `content_match`: needs to know which operation of the provider a call is, which this vault cannot tell yet.
    ContentMatch,
}

/// One condition of a `json_match`: the attribute is one of the values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    attribute: Attribute,
    values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Attribute {
    Method,
    ProviderId,
    GrantId,
    Caller,
    CallerType,
    /// A field of the JSON body, by its path.
    Body(Vec<String>),
    /// A query parameter.
    Query(String),
}

/// Why a rule was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Neither of the types there are.
    #[error("the rule type is neither json_match nor content_match")]
    Type,
    /// The body of a `json_match` has another form.
    #[error(
        "json_match expects {{\"when\": {{attribute: value or list of values, …}}, \"effect\": \"deny\"}}"
    )]
    JsonMatch,
    /// A condition on something else than the attributes there are.
    #[error(
        "json_match knows the attributes method, provider_id, grant_id, caller, caller_type, body.<path> and query.<name>"
    )]
    Attribute,
}

/// What a rule judges. Borrowed from the call.
#[derive(Debug)]
pub(crate) struct RuleFacts<'a> {
    pub(crate) method: &'a str,
    pub(crate) provider_id: &'a str,
    pub(crate) grant_id: String,
    pub(crate) caller: Option<&'a str>,
    pub(crate) caller_type: Option<&'a str>,
    /// What the call will carry. `None` where the vault does not see it.
    pub(crate) content: Option<&'a CallContent>,
}

/// What a call that the vault makes carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallContent {
    pub(crate) body: Option<Value>,
    pub(crate) query: Vec<(String, String)>,
}

/// What a rule says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Silent,
    Forbids,
    Undecidable,
}

impl Rule {
    pub(crate) fn read(rule: &RequestRule) -> Result<Self, RuleError> {
        match rule.rule_type.as_str() {
            "json_match" => json_match(&rule.rule_body).map(Self::JsonMatch),
            "content_match" => Ok(Self::ContentMatch),
            _ => Err(RuleError::Type),
        }
    }

    pub(crate) fn judge(&self, facts: &RuleFacts<'_>) -> Verdict {
        match self {
            Self::ContentMatch => Verdict::Undecidable,
            Self::JsonMatch(conditions) if conditions.iter().all(|condition| condition.holds(facts)) => {
                Verdict::Forbids
            }
            Self::JsonMatch(_) => Verdict::Silent,
        }
    }
}

fn json_match(body: &Map<String, Value>) -> Result<Vec<Condition>, RuleError> {
    let when = match (body.get("when"), body.get("effect")) {
        (Some(Value::Object(when)), Some(Value::String(effect))) if effect == "deny" && body.len() == 2 => {
            when
        }
        _ => return Err(RuleError::JsonMatch),
    };
    if !(1..=MAX_CONDITIONS).contains(&when.len()) {
        return Err(RuleError::JsonMatch);
    }
    when.iter()
        .map(|(name, value)| {
            let attribute = Attribute::read(name).ok_or(RuleError::Attribute)?;
            let values = match value {
                Value::Array(list) if !list.is_empty() => list.iter().map(comparable).collect(),
                single => comparable(single).map(|text| vec![text]),
            };
            Ok(Condition { attribute, values: values.ok_or(RuleError::JsonMatch)? })
        })
        .collect()
}

impl Attribute {
    fn read(name: &str) -> Option<Self> {
        let nested = |path: &str| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            (!path.iter().any(String::is_empty)).then_some(path)
        };
        match name {
            "method" => Some(Self::Method),
            "provider_id" => Some(Self::ProviderId),
            "grant_id" => Some(Self::GrantId),
            "caller" => Some(Self::Caller),
            "caller_type" => Some(Self::CallerType),
            _ => match name.split_once('.')? {
                ("body", path) => nested(path).map(Self::Body),
                ("query", "") => None,
                ("query", name) => Some(Self::Query(name.to_owned())),
                _ => None,
            },
        }
    }
}

impl Condition {
    fn holds(&self, facts: &RuleFacts<'_>) -> bool {
        let Some(content) = facts.content else { return self.holds_unseen(facts) };
        match &self.attribute {
            Attribute::Method => self.allows(facts.method),
            Attribute::Query(name) => {
                content.query.iter().any(|(key, value)| key == name && self.allows(value))
            }
            Attribute::Body(path) => content.body.as_ref().is_some_and(|body| self.finds(body, path)),
            _ => self.holds_unseen(facts),
        }
    }

    /// The condition where nothing of the call's content can be seen.
    fn holds_unseen(&self, facts: &RuleFacts<'_>) -> bool {
        match &self.attribute {
            Attribute::Method | Attribute::Body(_) | Attribute::Query(_) => true,
            Attribute::ProviderId => self.allows(facts.provider_id),
            Attribute::GrantId => self.allows(&facts.grant_id),
            Attribute::Caller => facts.caller.is_some_and(|caller| self.allows(caller)),
            Attribute::CallerType => facts.caller_type.is_some_and(|kind| self.allows(kind)),
        }
    }

    /// Whether the value at `path` is one of the condition's. Every member of a list is looked at.
    fn finds(&self, value: &Value, path: &[String]) -> bool {
        match (value, path) {
            (Value::Array(members), _) => members.iter().any(|member| self.finds(member, path)),
            (Value::Object(fields), [name, rest @ ..]) => {
                fields.get(name).is_some_and(|field| self.finds(field, rest))
            }
            (scalar, []) => comparable(scalar).is_some_and(|text| self.values.contains(&text)),
            _ => false,
        }
    }

    fn allows(&self, text: &str) -> bool {
        self.values.contains(&folded(text))
    }
}

/// The form texts are compared in.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A scalar in the form it is compared in.
fn comparable(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(folded(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(kind: &str, body: &Value) -> Result<Rule, RuleError> {
        let body = body.as_object().unwrap().clone();
        Rule::read(&RequestRule::new(kind, body))
    }

    fn json_rule(when: &Value) -> Rule {
        rule("json_match", &json!({ "when": when, "effect": "deny" })).unwrap()
    }

    fn facts(content: Option<&CallContent>) -> RuleFacts<'_> {
        RuleFacts {
            method: "POST",
            provider_id: "stripe",
            grant_id: "g1".to_owned(),
            caller: Some("Billing"),
            caller_type: Some("service"),
            content,
        }
    }

    fn content(body: &Value) -> CallContent {
        CallContent { body: Some(body.clone()), query: vec![("dry_run".to_owned(), "TRUE".to_owned())] }
    }

    #[test]
    fn every_condition_has_to_hold() {
        let call = content(&json!({ "amount": 100, "to": [{ "mail": "A@x.example " }] }));
        for (when, verdict) in [
            (json!({ "method": "post" }), Verdict::Forbids),
            (json!({ "method": ["PUT", " Post "] }), Verdict::Forbids),
            (json!({ "method": "GET" }), Verdict::Silent),
            (json!({ "method": "POST", "caller": "other" }), Verdict::Silent),
            (
                json!({ "caller": "billing", "caller_type": "service", "provider_id": "Stripe" }),
                Verdict::Forbids,
            ),
            (json!({ "body.amount": 100 }), Verdict::Forbids),
            (json!({ "body.amount": 101 }), Verdict::Silent),
            (json!({ "body.to.mail": "a@X.example" }), Verdict::Forbids),
            (json!({ "body.missing": "x" }), Verdict::Silent),
            (json!({ "query.dry_run": true }), Verdict::Forbids),
            (json!({ "query.other": "1" }), Verdict::Silent),
        ] {
            assert_eq!(json_rule(&when).judge(&facts(Some(&call))), verdict, "{when}");
        }
    }

    #[test]
    fn what_cannot_be_seen_counts_as_met() {
        for when in [json!({ "method": "DELETE" }), json!({ "body.amount": 1 }), json!({ "query.a": "b" })] {
            assert_eq!(json_rule(&when).judge(&facts(None)), Verdict::Forbids, "{when}");
        }
        let other = json_rule(&json!({ "method": "DELETE", "provider_id": "other" }));
        assert_eq!(other.judge(&facts(None)), Verdict::Silent);
    }

    #[test]
    fn a_rule_that_is_not_understood_is_an_error_and_never_silent() {
        for body in [
            json!({}),
            json!({ "when": {}, "effect": "deny" }),
            json!({ "when": { "method": "GET" } }),
            json!({ "when": { "method": "GET" }, "effect": "allow" }),
            json!({ "when": { "method": "GET" }, "effect": "deny", "more": 1 }),
            json!({ "when": { "method": { "not": "GET" } }, "effect": "deny" }),
            json!({ "when": { "method": [] }, "effect": "deny" }),
            json!({ "when": { "method": null }, "effect": "deny" }),
        ] {
            assert_eq!(rule("json_match", &body), Err(RuleError::JsonMatch), "{body}");
        }
        for name in ["url", "body", "body.", "body..a", "query.", "Method"] {
            let body = json!({ "when": { name: "x" }, "effect": "deny" });
            assert_eq!(rule("json_match", &body), Err(RuleError::Attribute), "{name}");
        }
        assert_eq!(rule("other", &json!({})), Err(RuleError::Type));
        assert_eq!(rule("content_match", &json!({})).unwrap().judge(&facts(None)), Verdict::Undecidable);
    }
}
