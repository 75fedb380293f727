//! A request rule reaches the other side as its author wrote it, or is refused before anything is sent.

use alter_auth::{ApiKey, Nonce, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, verify};
use alter_types::{
    ConditionValue, ContentMatchFamily, ContentMatchRule, ContentParamCondition, ContentParamOp,
    MAX_RULE_HEADER, RequestRule, ScalarValue,
};
use http::{HeaderMap, Method};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value};

const NOW: UnixSeconds = UnixSeconds(1_767_225_600);

/// A rule that went through a signed header and came out on the other side.
fn travelled(rule: &RequestRule) -> RequestRule {
    let header = rule.to_header().unwrap();
    let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap();
    let cx = SignedContext { rule: Some(&header), ..SignedContext::default() };
    let stamp = Stamp { now: NOW, nonce: Nonce::from_bytes([9; 16]) };
    let mut headers = HeaderMap::new();
    Signer::new(key).sign(&Method::POST, "/sdk/token", b"{}", &cx, stamp).unwrap().apply(&mut headers);
    let verified = verify(&Method::POST, "/sdk/token", &headers, b"{}", NOW, SkewWindow::default()).unwrap();
    RequestRule::from_header(&verified.rule.unwrap()).unwrap()
}

fn condition() -> impl Strategy<Value = ContentParamCondition> {
    let text = "\\PC{0,12}".prop_map(|text| (ContentParamOp::Equals, scalar(ScalarValue::Text(text))));
    let whole = any::<i64>().prop_map(|n| (ContentParamOp::Gt, scalar(ScalarValue::Number(n.into()))));
    let patterns = vec("\\PC{1,12}", 1..4).prop_map(|p| (ContentParamOp::AnyIn, ConditionValue::Patterns(p)));
    ("\\PC{1,12}", prop_oneof![text, whole, patterns])
        .prop_map(|(name, (op, value))| ContentParamCondition::new(name, op, value).unwrap())
}

fn scalar(value: ScalarValue) -> ConditionValue {
    ConditionValue::Scalar(value)
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("\\PC{0,6}", inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_content_rule_arrives_as_it_was_built(
        operations in vec("[a-z.]{1,20}", 1..4),
        conditions in vec(condition(), 0..4),
        seconds in 1..=86_400_i64,
    ) {
        let rule = ContentMatchRule::step_up(seconds)
            .operations(operations)
            .families([ContentMatchFamily::Send])
            .params(conditions)
            .build()
            .unwrap();
        prop_assert_eq!(travelled(&rule), rule);
    }

    #[test]
    fn any_rule_keeps_the_order_of_its_keys(body in vec(("\\PC{0,8}", json()), 0..6)) {
        let rule = RequestRule::new("json_match", body.into_iter().collect::<Map<_, _>>());
        let Ok(header) = rule.to_header() else { return Ok(()) };
        prop_assert_eq!(travelled(&rule).to_header().unwrap(), header);
    }

    #[test]
    fn no_header_makes_the_reader_panic(header in "\\PC{0,80}", json in "\\PC{0,80}") {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let _ = RequestRule::from_header(&header);
        let _ = RequestRule::from_header(&URL_SAFE_NO_PAD.encode(json));
    }
}

#[test]
fn the_longest_rule_is_4096_characters_encoded() {
    let of_length = |length: usize| {
        let body = Map::from_iter([("p".to_owned(), Value::from("a".repeat(length)))]);
        RequestRule::new("x", body).to_header()
    };
    let envelope = r#"{"rule_type":"x","rule_body":{"p":""}}"#.len();
    let most = MAX_RULE_HEADER / 4 * 3 - envelope;
    assert_eq!(of_length(most).unwrap().len(), MAX_RULE_HEADER);
    assert!(of_length(most + 1).is_err());
}
