//! Injections in every form the vault may ask for, and instructions that cannot be followed.

use alter_auth::sigv4::SigV4Error;
use alter_types::InjectionRule;
use http::{HeaderMap, Request};
use serde_json::{Value, json};

use super::*;

fn injection(changes: &Value) -> Result<Injection, InjectionError> {
    Injection::new(&token(changes))
}

/// A token answer with fields as given. Reading one from JSON would refuse most of what these tests need.
fn token(changes: &Value) -> TokenWire {
    let grant = "11111111-2222-4333-8444-555555555555".parse().unwrap();
    let mut token = TokenWire::new("s3cret".into(), grant);
    for (field, value) in changes.as_object().unwrap() {
        let text = || value.as_str().unwrap().to_owned();
        match field.as_str() {
            "access_token" => token.access_token = text().into(),
            "injection_header" => token.injection_header = text(),
            "injection_format" => token.injection_format = text(),
            "additional_credentials" => {
                token.additional_credentials = serde_json::from_value(value.clone()).unwrap();
            }
            "additional_injections" => {
                token.additional_injections = Some(value.as_array().unwrap().iter().map(rule).collect());
            }
            other => panic!("no test needs {other}"),
        }
    }
    token
}

fn rule(rule: &Value) -> InjectionRule {
    let part = |name: &str| serde_json::from_value(rule[name].clone()).unwrap();
    let target = serde_json::from_value(rule["target"].clone()).unwrap();
    InjectionRule::new(target, rule["key"].as_str().unwrap(), part("value_source"))
}

fn applied(changes: &Value, uri: &str) -> (HeaderMap, String) {
    let request = Request::post(uri).header("authorization", "the caller's own");
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    injection(changes).unwrap().apply(&mut head, &Body::from("{}"), UnixSeconds(1_704_164_645)).unwrap();
    (head.headers, head.uri.to_string())
}

#[test]
fn the_injected_header_replaces_the_callers() {
    let (headers, _) = applied(&json!({ "injection_header": "AUTHORIZATION" }), "https://a.test/");
    let values: Vec<_> = headers.get_all("authorization").iter().collect();
    assert_eq!(values, ["Bearer s3cret"]);
    assert!(values[0].is_sensitive());
}

#[test]
fn only_the_first_placeholder_is_filled() {
    let format = json!({ "injection_header": "X-Key", "injection_format": "{token}:{token}" });
    assert_eq!(applied(&format, "https://a.test/").0["x-key"], "s3cret:{token}");
}

#[test]
fn further_parts_go_into_headers_and_query() {
    let changes = json!({
        "additional_credentials": { "org": "acme&co" },
        "additional_injections": [
            { "target": "header", "key": "X-Org", "value_source": "additional_credentials.org" },
            { "target": "query_param", "key": "org", "value_source": "additional_credentials.org" },
            { "target": "header", "key": "X-Missing", "value_source": "additional_credentials.none" },
        ],
    });
    let (headers, uri) = applied(&changes, "https://a.test/x?org=mine&keep=1");
    assert_eq!(headers["x-org"], "acme&co");
    assert!(!headers.contains_key("x-missing"));
    assert_eq!(uri, "https://a.test/x?keep=1&org=acme%26co");
}

#[test]
fn unusable_instructions_are_named() {
    for (changes, expected) in [
        (json!({ "access_token": "" }), InjectionError::Token),
        (json!({ "access_token": "a\r\nb" }), InjectionError::Token),
        (json!({ "injection_header": "Host" }), InjectionError::Header),
        (json!({ "injection_header": "X Y" }), InjectionError::Header),
        (json!({ "injection_format": "Bearer" }), InjectionError::Format),
        (
            json!({ "injection_format": "AWS4-HMAC-SHA256" }),
            InjectionError::Aws(SigV4Error::MissingSecretKey),
        ),
        (json!({ "additional_credentials": { "a": " " } }), InjectionError::AdditionalCredentials),
        (
            json!({ "additional_injections":
                [{ "target": "header", "key": "Cookie", "value_source": "token" }] }),
            InjectionError::AdditionalInjections,
        ),
    ] {
        assert_eq!(injection(&changes).unwrap_err(), expected, "{changes}");
    }
}
const AWS: &str = r#"{
    "access_token": "AKIDEXAMPLE",
    "injection_format": "AWS4-HMAC-SHA256",
    "additional_credentials": {
        "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "session_token": "TOK/EN"
    },
    "additional_injections": [{ "target": "header", "key": "X-Org", "value_source": "token" }]
}"#;

#[test]
fn an_aws_credential_signs_and_its_secret_key_is_not_sent() {
    let aws = serde_json::from_str(AWS).unwrap();
    let (headers, uri) = applied(&aws, "https://dynamodb.eu-west-1.amazonaws.com/?b=2");
    let authorization = headers["authorization"].to_str().unwrap();
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240102/eu-west-1/dynamodb/aws4_request, ";
    assert!(authorization.starts_with(scope), "{authorization}");
    assert_eq!(headers["x-amz-security-token"], "TOK/EN");
    assert_eq!(headers["x-amz-date"], "20240102T030405Z");
    assert!(!headers.contains_key("x-org"), "a signature is all that is injected");
    assert!(headers.values().all(|value| !format!("{value:?}").contains("wJalr")));
    assert_eq!(uri, "https://dynamodb.eu-west-1.amazonaws.com/?b=2");
    assert_eq!(injection(&aws).unwrap().header_names().len(), 4);
}

#[test]
fn a_body_that_is_not_in_memory_is_signed_for_s3_only() {
    let aws = injection(&serde_json::from_str(AWS).unwrap()).unwrap();
    let sign = |host: &str| {
        let request = Request::put(format!("https://{host}/k")).body(()).unwrap();
        let (mut head, ()) = request.into_parts();
        let streamed = Body::wrap(http_body_util::Empty::<bytes::Bytes>::new());
        aws.apply(&mut head, &streamed, UnixSeconds(1_704_164_645)).map(|_| head.headers)
    };
    assert_eq!(sign("b.s3.us-east-1.amazonaws.com").unwrap()["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    let refused = sign("dynamodb.us-east-1.amazonaws.com").unwrap_err();
    assert_eq!(refused, InjectionError::Aws(SigV4Error::UnsignedPayload));
}

#[test]
fn what_was_put_in_is_found_again() {
    let aws = injection(&serde_json::from_str(AWS).unwrap()).unwrap();
    let request = Request::post("https://sts.us-east-1.amazonaws.com/").body(()).unwrap();
    let (mut head, ()) = request.into_parts();
    let scrubber = aws.apply(&mut head, &Body::empty(), UnixSeconds(1_704_164_645)).unwrap();
    let echoed = head.headers["authorization"].to_str().unwrap();
    let signature = signature(&head).unwrap();
    let scrubbed = scrubber.scrub(echoed);
    assert!(!scrubbed.contains("AKIDEXAMPLE") && !scrubbed.contains(signature), "{scrubbed}");
}
