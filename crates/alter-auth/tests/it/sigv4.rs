//! AWS signatures: the same as the AWS SDK's over random requests, and what is refused.
//!
//! `vectors/aws-sigv4.jsonl` was written by the crate `aws-sigv4` 1.6.4 from random paths, queries, headers and
//! bodies. The crate itself needs a newer compiler than ours and 53 packages, so its answers are kept instead.

use alter_auth::{
    UnixSeconds,
    sigv4::{self, Credential, Options, Payload, Request, SIGNATURE_HEADERS, SigV4Error},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use proptest::prelude::*;
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/aws-sigv4.jsonl");
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: UnixSeconds = UnixSeconds(1_440_938_160);

fn credential() -> Credential {
    Credential::new("AKIDEXAMPLE", SECRET_KEY.into()).unwrap()
}

fn signed(uri: &str, headers: &HeaderMap, payload: Payload<'_>) -> Result<HeaderMap, SigV4Error> {
    let uri: Uri = uri.parse().unwrap();
    let request = Request { method: &Method::PUT, uri: &uri, headers, payload };
    let mut all = headers.clone();
    sigv4::sign(&request, &credential(), NOW, Options::default())?.apply(&mut all);
    Ok(all)
}

fn authorization(headers: &HeaderMap) -> &str {
    headers["authorization"].to_str().unwrap()
}

#[test]
fn agrees_with_the_aws_sdk_over_random_requests() {
    let mut seen = 0;
    for line in VECTORS.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| vector[name].as_str();
        let uri: Uri = text("uri").unwrap().parse().unwrap();
        let mut headers = HeaderMap::new();
        for header in vector["headers"].as_array().unwrap() {
            let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let credential = match text("session_token") {
            Some(token) => credential().with_session_token(token.into()),
            None => credential(),
        };
        let request = Request {
            method: &text("method").unwrap().parse().unwrap(),
            uri: &uri,
            headers: &headers,
            payload: text("body").map_or(Payload::Unsigned, |body| Payload::Bytes(body.as_bytes())),
        };
        let now = UnixSeconds(vector["unix_time"].as_i64().unwrap());
        let mut set = HeaderMap::new();
        sigv4::sign(&request, &credential, now, Options::default()).unwrap().apply(&mut set);

        let expected: HeaderMap = vector["signature_headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap()))
            .collect::<HeaderMap>();
        assert_eq!(set, expected, "{uri} {headers:?}");
        seen += 1;
    }
    assert!(seen >= 200, "only {seen} vectors were read");
}

#[test]
fn content_type_and_amazon_headers_are_signed_and_nothing_else_of_the_callers() {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/plain"));
    headers.insert("x-amz-acl", HeaderValue::from_static("private"));
    headers.insert("x-amzn-trace-id", HeaderValue::from_static("Root=1"));
    headers.insert("user-agent", HeaderValue::from_static("test"));
    let all = signed("https://b.s3.us-east-1.amazonaws.com/k", &headers, Payload::Bytes(b"")).unwrap();
    let expected = "SignedHeaders=content-type;host;x-amz-acl;x-amz-content-sha256;x-amz-date,";
    assert!(authorization(&all).contains(expected), "{}", authorization(&all));
}

#[test]
fn the_signature_replaces_what_the_caller_set_in_its_place() {
    let mut headers = HeaderMap::new();
    for name in &SIGNATURE_HEADERS {
        headers.append(name.clone(), HeaderValue::from_static("the caller's own"));
        headers.append(name.clone(), HeaderValue::from_static("twice"));
    }
    let all = signed("https://sqs.us-east-1.amazonaws.com/", &headers, Payload::Bytes(b"")).unwrap();
    let clean =
        signed("https://sqs.us-east-1.amazonaws.com/", &HeaderMap::new(), Payload::Bytes(b"")).unwrap();
    assert_eq!(all, clean);
    assert!(!all.contains_key("x-amz-security-token"));
    assert!(all["authorization"].is_sensitive());
}

#[test]
fn an_unsigned_payload_is_for_s3_only() {
    let headers = HeaderMap::new();
    let all = signed("https://b.s3.us-east-1.amazonaws.com/k", &headers, Payload::Unsigned).unwrap();
    assert_eq!(all["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    let family = "https://o-1.op-2.s3-outposts.us-west-2.amazonaws.com/k";
    assert!(signed(family, &headers, Payload::Unsigned).is_ok());
    let refused = signed("https://sqs.us-east-1.amazonaws.com/", &headers, Payload::Unsigned).unwrap_err();
    assert_eq!(refused, SigV4Error::UnsignedPayload);
}

#[test]
fn a_known_hash_signs_like_the_bytes_it_was_made_of() {
    const EMPTY: [u8; 32] = [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
        0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];
    let uri = "https://sqs.us-east-1.amazonaws.com/";
    let headers = HeaderMap::new();
    assert_eq!(
        signed(uri, &headers, Payload::Sha256(EMPTY)).unwrap(),
        signed(uri, &headers, Payload::Bytes(b"")).unwrap(),
    );
}

#[test]
fn errors_and_debug_repeat_neither_url_nor_credential() {
    let headers = HeaderMap::new();
    let error = signed("https://private.example/path?q=1", &headers, Payload::Bytes(b"")).unwrap_err();
    assert_eq!(error, SigV4Error::UnknownService);
    let token = credential().with_session_token("line\nbreak".into());
    let request = Request {
        method: &Method::GET,
        uri: &Uri::from_static("https://sqs.us-east-1.amazonaws.com/"),
        headers: &headers,
        payload: Payload::Bytes(b"canary"),
    };
    let refused = sigv4::sign(&request, &token, NOW, Options::default()).unwrap_err();
    assert_eq!(refused, SigV4Error::SessionToken);
    let signature = sigv4::sign(&request, &credential(), NOW, Options::default()).unwrap();
    let shown = format!("{error} {error:?} {refused} {token:?} {request:?} {signature:?}");
    for private in ["private.example", "AKIDEXAMPLE", SECRET_KEY, "break", "canary", "Signature="] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}

proptest! {
    /// Whatever a vault stores and a caller asks for, the answer is headers or an error.
    #[test]
    fn no_host_credential_or_request_panics(
        host in "[a-z0-9.-]{0,30}(\\.amazonaws\\.com(\\.cn)?|\\.api\\.aws|\\.on\\.aws|)",
        path in "/[ -~]{0,30}",
        id in "\\PC{0,20}",
        token in "\\PC{0,20}",
        region in "\\PC{0,10}",
        seconds in any::<i64>(),
    ) {
        let _ = sigv4::detect(&host);
        let Ok(uri) = format!("https://{host}{path}").parse::<Uri>() else { return Ok(()) };
        let Ok(credential) = Credential::new(&id, "s".into()).and_then(|c| c.with_region(&region)) else {
            return Ok(());
        };
        let credential = credential.with_session_token(token.as_str().into());
        let headers = HeaderMap::new();
        let request = Request { method: &Method::GET, uri: &uri, headers: &headers, payload: Payload::Bytes(b"") };
        let _ = sigv4::sign(&request, &credential, UnixSeconds(seconds), Options::default());
    }

    #[test]
    fn detection_survives_any_text(host in "\\PC{0,60}") {
        let _ = sigv4::detect(&host);
    }
}
