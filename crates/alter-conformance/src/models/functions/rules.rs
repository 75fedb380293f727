//! Rules and policies a caller writes.

use alter_types::{
    ContentMatchEffect, ContentMatchFamily, ContentMatchRule, ContentParamCondition, GrantPolicyInput,
    RequestRule, check_scope_constraint,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal;
use crate::report::Outcome;

pub(super) fn scope_constraint(case: &Value) -> Outcome {
    let Ok(scopes) = Vec::<String>::deserialize(&case["input"]) else {
        return Outcome::NotApplicable(
            "a scope constraint is a list of texts; anything else does not compile",
        );
    };
    Outcome::equal(&case["ok"], &json!(check_scope_constraint(&scopes).is_ok()))
}

pub(super) fn grant_policy(case: &Value) -> Outcome {
    let ours = match &case["input"] {
        Value::Null => Ok(GrantPolicyInput::default()),
        input => <GrantPolicyInput as Deserialize>::deserialize(input),
    };
    refusal(case, &ours).unwrap_or_else(|| Outcome::equal(&case["wire"], &json!(ours.unwrap_or_default())))
}

pub(super) fn header(case: &Value) -> Outcome {
    let ours = RequestRule::deserialize(&case["rule"])
        .map_err(|error| error.to_string())
        .and_then(|rule| rule.to_header().map_err(|error| error.to_string()));
    refusal(case, &ours).unwrap_or_else(|| Outcome::equal(&case["header"], &json!(ours.unwrap_or_default())))
}

pub(super) fn content_match(case: &Value) -> Outcome {
    let ours = build(&case["args"]);
    refusal(case, &ours).unwrap_or_else(|| {
        // Compared as text: the order of keys is part of the recorded behaviour.
        let expected = case["ok"].to_string();
        Outcome::equal(&expected, &ours.map(|rule| json!(rule).to_string()).unwrap_or_default())
    })
}

/// The recorded function takes everything at once; the builder makes contradictory effects unsayable, so they are
/// refused here.
pub(crate) fn build(args: &Value) -> Result<RequestRule, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Args {
        #[serde(default)]
        operations: Option<Vec<String>>,
        #[serde(default)]
        families: Option<Vec<ContentMatchFamily>>,
        #[serde(default)]
        params: Option<Vec<ContentParamCondition>>,
        #[serde(default)]
        effect: ContentMatchEffect,
        #[serde(default)]
        redact_fields: Option<Vec<String>>,
        #[serde(default)]
        max_session_age_seconds: Option<i64>,
    }
    let args = Args::deserialize(args).map_err(|error| error.to_string())?;
    let rule = match (args.effect, args.redact_fields, args.max_session_age_seconds) {
        (ContentMatchEffect::Deny, None, None) => ContentMatchRule::deny(),
        (ContentMatchEffect::Redact, Some(fields), None) => ContentMatchRule::redact(fields),
        (ContentMatchEffect::StepUp, None, Some(seconds)) => ContentMatchRule::step_up(seconds),
        _ => return Err("the effect and its settings contradict each other".to_owned()),
    };
    rule.operations(args.operations.unwrap_or_default())
        .families(args.families.unwrap_or_default())
        .params(args.params.unwrap_or_default())
        .build()
        .map_err(|error| error.to_string())
}
