//! Content rules: how they are written, and what cannot be meant.

use alter_types::{
    ConditionValue, ContentMatchFamily as Family, ContentMatchRule, ContentParamCondition,
    ContentParamOp as Op, RequestRule, ScalarValue, TimeWindow, TimeWindows, Weekday,
};
use serde_json::{Value, json};

fn text(text: &str) -> ConditionValue {
    ConditionValue::Scalar(ScalarValue::Text(text.to_owned()))
}

fn number(number: i64) -> ConditionValue {
    ConditionValue::Scalar(ScalarValue::Number(number.into()))
}

fn patterns(patterns: impl IntoIterator<Item = impl Into<String>>) -> ConditionValue {
    ConditionValue::Patterns(patterns.into_iter().map(Into::into).collect())
}

fn written(rule: &RequestRule) -> String {
    serde_json::to_string(rule).expect("a rule is JSON")
}

fn some() -> ContentMatchRule {
    ContentMatchRule::deny().families([Family::Send])
}

#[test]
fn the_parts_of_a_rule_stand_in_one_order() {
    let conditions = [
        ContentParamCondition::new("to", Op::NotSubsetOf, patterns(["*@example.test"])).unwrap(),
        ContentParamCondition::new("amount", Op::Gt, number(100)).unwrap(),
        ContentParamCondition::new("note", Op::Equals, text("é")).unwrap(),
    ];
    let rule = ContentMatchRule::redact(["memo"]).params(conditions);
    let rule = rule.families([Family::Payment]).operations(["items/delete"]).build().unwrap();
    assert_eq!(
        written(&rule),
        concat!(
            r#"{"rule_type":"content_match","rule_body":{"#,
            r#""match":{"operations":["items/delete"],"families":["payment"]},"#,
            r#""params":[{"name":"to","op":"not_subset_of","value":["*@example.test"]},"#,
            r#"{"name":"amount","op":"gt","value":100},{"name":"note","op":"equals","value":"é"}],"#,
            r#""effect":"redact","redact":{"fields":["memo"]}}}"#
        )
    );
    let payments = ContentMatchRule::deny().families([Family::Payment]).build().unwrap();
    assert_eq!(
        payments.to_header().unwrap(),
        "eyJydWxlX3R5cGUiOiJjb250ZW50X21hdGNoIiwicnVsZV9ib2R5Ijp7Im1hdGNoIjp7ImZhbWlsaWVzIjpbInBheW1lbnQiXX0sImVmZmVjdCI6ImRlbnkifX0"
    );
}

#[test]
fn a_rule_names_one_to_a_hundred_operations_and_families() {
    let named = |count: usize| ContentMatchRule::deny().operations((0..count).map(|id| id.to_string()));
    assert!(named(0).build().is_err());
    assert!(named(1).build().is_ok() && named(100).build().is_ok());
    assert!(named(101).build().is_err());
    assert!(named(99).families([Family::Read]).build().is_ok());
    assert!(named(99).families([Family::Read, Family::Write]).build().is_err());
    let long = |length| ContentMatchRule::deny().operations(["é".repeat(length)]).build();
    assert!(long(0).is_err() && long(255).is_ok() && long(256).is_err());
}

#[test]
fn an_operator_says_what_it_compares_with() {
    let windows = || {
        let hours = TimeWindow::new(vec![Weekday::Monday], "09:00", "17:00");
        ConditionValue::Windows(TimeWindows::new(vec![hours], "UTC"))
    };
    let fits = |op, value: ConditionValue| ContentParamCondition::new("p", op, value).is_ok();
    assert!(fits(Op::Equals, text("a")) && fits(Op::Equals, number(1)));
    for op in [Op::AnyIn, Op::NotSubsetOf] {
        assert!(fits(op, patterns(["a*"])) && !fits(op, text("a*")) && !fits(op, number(1)));
        assert!(fits(op, patterns(vec!["a"; 200])) && !fits(op, patterns(vec!["a"; 201])));
        assert!(!fits(op, patterns([""; 0])) && !fits(op, patterns([""])));
        assert!(fits(op, patterns(["é".repeat(512)])) && !fits(op, patterns(["é".repeat(513)])));
    }
    for op in [Op::Gt, Op::Gte, Op::Lt, Op::Lte] {
        assert!(fits(op, number(-1)) && !fits(op, text("1")) && !fits(op, patterns(["1"])));
    }
    assert!(fits(Op::OutsideWindows, windows()) && !fits(Op::OutsideWindows, text("09:00")));
    assert!(!fits(Op::Equals, windows()) && !fits(Op::Equals, patterns(["a"])));
}

#[test]
fn a_rule_has_twenty_conditions_at_most_and_each_a_name() {
    let condition = |name: &str| ContentParamCondition::new(name, Op::Equals, number(1));
    assert!(
        condition("").is_err() && condition(&"é".repeat(120)).is_ok() && condition(&"é".repeat(121)).is_err()
    );
    let with = |count| some().params(vec![condition("p").unwrap(); count]).build();
    assert!(with(20).is_ok() && with(21).is_err());
}

#[test]
fn a_condition_from_json_is_held_to_the_same_rules() {
    let reads = |condition: Value| serde_json::from_value::<ContentParamCondition>(condition).is_ok();
    assert!(reads(json!({ "name": "p", "op": "gt", "value": 1.5 })));
    for wrong in [
        json!({ "name": "p", "op": "equals", "value": true }),
        json!({ "name": "p", "op": "gt", "value": "1" }),
        json!({ "name": "p", "op": "like", "value": "1" }),
        json!({ "name": "p", "op": "gt", "value": 1, "unit": "EUR" }),
        json!({ "name": "p", "op": "gt" }),
    ] {
        assert!(!reads(wrong.clone()), "{wrong}");
    }
}

#[test]
fn windows_have_days_hours_and_an_exact_time_zone() {
    let fits = |days: Vec<Weekday>, start: &str, end: &str, zone: &str, count: usize| {
        let windows = TimeWindows::new(vec![TimeWindow::new(days, start, end); count], zone);
        ContentParamCondition::new("p", Op::OutsideWindows, ConditionValue::Windows(windows)).is_ok()
    };
    let monday = || vec![Weekday::Monday];
    assert!(fits(vec![Weekday::Monday, Weekday::Sunday], "09:00", "17:00", "Europe/Berlin", 1));
    assert!(fits(monday(), "22:00", "06:00", "UTC", 20), "overnight");
    assert!(fits(monday(), "00:00", "24:00", "America/Argentina/Buenos_Aires", 1));
    assert!(!fits(Vec::new(), "09:00", "17:00", "UTC", 1));
    assert!(!fits(vec![Weekday::Monday; 2], "09:00", "17:00", "UTC", 1));
    for (start, end) in
        [("9:00", "17:00"), ("24:00", "17:00"), ("09:00", "09:00"), ("09:60", "17:00"), ("", "17:00")]
    {
        assert!(!fits(monday(), start, end, "UTC", 1), "{start} {end}");
    }
    for zone in ["", "utc", "europe/berlin", "Europe/", "Mars/Base", "../etc", "CEST"] {
        assert!(!fits(monday(), "09:00", "17:00", zone, 1), "{zone}");
    }
    assert!(!fits(monday(), "09:00", "17:00", "UTC", 0) && !fits(monday(), "09:00", "17:00", "UTC", 21));
}

#[test]
fn what_is_redacted_is_named_and_how_fresh_a_session_must_be_is_said() {
    let redact = |fields: Vec<String>| ContentMatchRule::redact(fields).families([Family::Send]).build();
    let named = |count: usize| redact((0..count).map(|id| id.to_string()).collect());
    assert!(named(0).is_err() && named(50).is_ok() && named(51).is_err());
    let long = |length| redact(vec!["é".repeat(length)]);
    assert!(long(0).is_err() && long(120).is_ok() && long(121).is_err());
    let step_up = |age| ContentMatchRule::step_up(age).families([Family::Payment]).build();
    assert!(step_up(0).is_err() && step_up(86_400).is_ok() && step_up(86_401).is_err());
    assert!(
        written(&step_up(300).unwrap())
            .ends_with(r#""effect":"step_up","step_up":{"max_session_age_seconds":300}}}"#)
    );
    assert!(written(&some().build().unwrap()).ends_with(r#""effect":"deny"}}"#));
}
