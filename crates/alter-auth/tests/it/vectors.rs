//! The official SDK's own signatures and key grammar, recorded: ours must be the same, byte for byte.

use alter_auth::{
    ApiKey, Attribution, SignatureGeneration, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds,
    canonical, verify,
};
use alter_types::Caller;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

const SIGNING: &str = include_str!("../../../../conformance/signing.jsonl");
const KEYS: &str = include_str!("../../../../conformance/keys.jsonl");

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn body_of(input: &Value) -> Vec<u8> {
    match (text(input, "body_utf8"), text(input, "body_b64")) {
        (Some(utf8), _) => utf8.as_bytes().to_vec(),
        (None, Some(b64)) => {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.decode(b64).unwrap()
        }
        (None, None) => Vec::new(),
    }
}

fn attribution_of(headers: &Value) -> Attribution {
    let header = |name: &str| text(headers, name).map(str::to_owned);
    Attribution {
        caller: header("X-Alter-Caller").map(|name| {
            let kind = header("X-Alter-Caller-Type").unwrap().parse().unwrap();
            Caller::new(&name, kind).unwrap()
        }),
        actor_id: header("X-Alter-Actor-ID"),
        context: header("X-Alter-Context").filter(|c| !c.is_empty()),
    }
}

#[test]
fn signs_and_verifies_every_recorded_request() {
    let mut seen = 0;
    for line in SIGNING.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let (name, input, expected) = (text(&vector, "name").unwrap(), &vector["input"], &vector["headers"]);
        let key: ApiKey = text(input, "api_key").unwrap().parse().unwrap();
        let target = text(input, "target").unwrap();
        let method = Method::from_bytes(text(input, "method").unwrap().as_bytes()).unwrap();
        let now = UnixSeconds(input["unix_time"].as_i64().unwrap());
        let body = body_of(input);
        let attribution = attribution_of(expected);
        let context = SignedContext {
            attribution: &attribution,
            constraints: text(expected, "X-Alter-Scope-Constraints"),
            rule: text(expected, "X-Alter-Request-Rule"),
        };

        assert_eq!(
            canonical::target(target),
            text(&vector["derived"], "canonical_target").unwrap(),
            "{name}"
        );
        let stamp = Stamp { now, nonce: text(input, "nonce").unwrap().parse().unwrap() };
        let mut headers = HeaderMap::new();
        Signer::new(key).sign(&method, target, &body, &context, stamp).unwrap().apply(&mut headers);

        let recorded: HeaderMap = expected
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, value)| *value != "" && *name != "traceparent") // never signed
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value.as_str().unwrap()).unwrap();
                (HeaderName::try_from(name).unwrap(), value)
            })
            .collect();
        assert_eq!(headers, recorded, "{name}");

        let verified = verify(&method, target, &recorded, &body, now, SkewWindow::default()).unwrap();
        let actor_bound = recorded.contains_key("x-alter-signature-v2");
        assert_eq!(verified.generation == SignatureGeneration::ActorBound, actor_bound, "{name}");
        assert_eq!(verified.attribution, attribution, "{name}");
        seen += 1;
    }
    assert!(seen > 80, "only {seen} vectors were read");
}

#[test]
fn agrees_on_which_keys_are_well_formed() {
    for line in KEYS.lines() {
        let table: Value = serde_json::from_str(line).unwrap();
        for row in table["vectors"].as_array().unwrap() {
            let Some(input) = text(row, "input") else { continue };
            assert_eq!(input.parse::<ApiKey>().is_ok(), row["valid"] == true, "{}", row["why"]);
        }
    }
}

#[test]
fn accepts_the_five_field_signature_of_0_12() {
    let headers: HeaderMap = [
        ("x-api-key", "alter_key_AAAAAAAAAAAAAAAAAAAAbbbbbbbbbb0123456789"),
        ("x-alter-timestamp", "1767225600"),
        ("x-alter-nonce", "000102030405060708090a0b0c0d0e0f"),
        ("x-alter-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("x-alter-signature", "64e681054288fe91d49fdae5d16d7f3b4784d7eda39015e3db4a69ac5f137056"),
        // 0.12 sends its caller without signing it.
        ("x-alter-caller", "billing-cron"),
        ("x-alter-caller-type", "service"),
    ]
    .into_iter()
    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
    .collect();
    let now = UnixSeconds(1_767_225_600);
    let check = |headers: &HeaderMap| {
        verify(&Method::GET, "/sdk/agents/me", headers, b"", now, SkewWindow::default()).map(|v| v.generation)
    };
    assert_eq!(check(&headers), Ok(SignatureGeneration::FiveFields));

    // It covers no narrowing, so it must not carry any.
    let mut narrowed = headers;
    narrowed.insert("x-alter-scope-constraints", HeaderValue::from_static("grants:read"));
    assert!(check(&narrowed).is_err());
}
