//! Whatever is changed in a signed part of a request, the verifier refuses it.

use alter_auth::{
    ApiKey, Attribution, Nonce, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, VerifyError, verify,
};
use alter_types::{Caller, ErrorCode};
use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;

const KEY: &str = "alter_rk_abcdefghijklmnopqrstuv_iwpykn";
const NOW: UnixSeconds = UnixSeconds(1_767_225_600);

fn signed(method: &Method, target: &str, body: &[u8], attribution: &Attribution) -> HeaderMap {
    let key: ApiKey = KEY.parse().unwrap();
    let context = SignedContext { attribution, constraints: None, rule: None };
    let stamp = Stamp { now: NOW, nonce: Nonce::from_bytes([9; 16]) };
    let mut headers = HeaderMap::new();
    Signer::new(key).sign(method, target, body, &context, stamp).unwrap().apply(&mut headers);
    headers
}

fn check(method: &Method, target: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), VerifyError> {
    verify(method, target, headers, body, NOW, SkewWindow::default()).map(|_| ())
}

fn actor() -> Attribution {
    Attribution {
        caller: Some(Caller::service("billing-cron").unwrap()),
        actor_id: Some("99999999-8888-4777-8666-555555555555".into()),
        context: Some(r#"{"run_id":"run_42"}"#.into()),
    }
}

proptest! {
    #[test]
    fn what_was_signed_verifies(
        target in "/sdk/[a-zA-Z0-9%_.~/ +-]{0,40}(\\?[a-zA-Z0-9%&=+;~._-]{0,40})?",
        body in proptest::collection::vec(any::<u8>(), 0..200),
        with_actor in any::<bool>(),
    ) {
        let attribution = if with_actor { actor() } else { Attribution::default() };
        let headers = signed(&Method::POST, &target, &body, &attribution);
        prop_assert_eq!(check(&Method::POST, &target, &headers, &body), Ok(()));
    }

    #[test]
    fn one_flipped_bit_in_the_body_does_not(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let headers = signed(&Method::POST, "/sdk/token", &body, &actor());
        let mut changed = body.clone();
        changed[at.index(body.len())] ^= 1 << bit;
        prop_assert_eq!(check(&Method::POST, "/sdk/token", &headers, &changed), Err(VerifyError::Content));
    }

    #[test]
    fn one_changed_character_in_any_signed_header_does_not(
        name in prop::sample::select(vec![
            "x-alter-timestamp", "x-alter-nonce", "x-alter-content-sha256", "x-alter-signature",
            "x-alter-signature-v2", "x-alter-caller", "x-alter-caller-type", "x-alter-actor-id", "x-alter-context",
        ]),
        at in any::<prop::sample::Index>(),
    ) {
        let body = b"{}";
        let mut headers = signed(&Method::POST, "/sdk/token", body, &actor());
        let mut value = headers[name].as_bytes().to_vec();
        let at = at.index(value.len());
        value[at] = if value[at] == b'0' { b'1' } else { b'0' };
        headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
        prop_assert!(check(&Method::POST, "/sdk/token", &headers, body).is_err());
    }
}

#[test]
fn another_method_or_target_is_refused() {
    let headers = signed(&Method::POST, "/sdk/token?a=1", b"{}", &actor());
    assert_eq!(check(&Method::PUT, "/sdk/token?a=1", &headers, b"{}"), Err(VerifyError::Signature));
    assert_eq!(check(&Method::POST, "/sdk/proxy?a=1", &headers, b"{}"), Err(VerifyError::Signature));
    assert_eq!(check(&Method::POST, "/sdk/token?a=2", &headers, b"{}"), Err(VerifyError::Signature));
}

#[test]
fn stripping_the_actor_headers_does_not_make_an_older_request() {
    let mut headers = signed(&Method::POST, "/sdk/token", b"{}", &actor());
    for name in [
        "x-alter-signature-v2",
        "x-alter-caller",
        "x-alter-caller-type",
        "x-alter-actor-id",
        "x-alter-context",
    ] {
        headers.remove(name);
    }
    assert_eq!(check(&Method::POST, "/sdk/token", &headers, b"{}"), Err(VerifyError::Signature));
}

#[test]
fn a_missing_or_repeated_header_is_named() {
    for name in
        ["x-api-key", "x-alter-timestamp", "x-alter-nonce", "x-alter-content-sha256", "x-alter-signature"]
    {
        let mut headers = signed(&Method::POST, "/sdk/token", b"{}", &Attribution::default());
        let value = headers.remove(name).unwrap();
        let error = check(&Method::POST, "/sdk/token", &headers, b"{}").unwrap_err();
        assert!(matches!(&error, VerifyError::Missing(missing) if missing == name), "{error}");

        headers.append(name, value.clone());
        headers.append(name, value);
        let error = check(&Method::POST, "/sdk/token", &headers, b"{}").unwrap_err();
        assert!(matches!(&error, VerifyError::Repeated(repeated) if repeated == name), "{error}");
    }
}

#[test]
fn the_window_is_300_seconds_either_way_and_says_how_far_off_a_clock_is() {
    let headers = signed(&Method::POST, "/sdk/token", b"{}", &Attribution::default());
    let at = |seconds: i64| {
        let now = UnixSeconds(NOW.0 + seconds);
        verify(&Method::POST, "/sdk/token", &headers, b"{}", now, SkewWindow::default()).map(|_| ())
    };
    assert_eq!(at(300), Ok(()));
    assert_eq!(at(-300), Ok(()));
    let late = at(301).unwrap_err();
    assert_eq!(late, VerifyError::Stale { skew_seconds: -301, limit_seconds: 300 });
    assert_eq!(late.code(), ErrorCode::STALE_TIMESTAMP);
    assert!(late.to_string().contains("-301 seconds"));
    assert!(at(-301).is_err());
}

#[test]
fn errors_never_repeat_the_key() {
    let mut headers = signed(&Method::POST, "/sdk/token", b"{}", &Attribution::default());
    headers.insert("x-api-key", HeaderValue::from_static("alter_rk_abcdefghijklmnopqrstuv_aaaaaa"));
    let error = check(&Method::POST, "/sdk/token", &headers, b"{}").unwrap_err();
    assert_eq!(error.code(), ErrorCode::INVALID_KEY);
    assert!(!format!("{error} {error:?}").contains("abcdefghijklmnopqrstuv"));
}
