//! Hostile sizes: depth, length and numbers end in an error or a bound, never in a crash.

use alter_types::{
    AlterError, AuthPoll, ConnectPoll, ErrorKind, ErrorResponse, RateLimitSnapshot, Surface, Timestamp,
    TokenWire, error::MAX_ERROR_BODY, read_json,
};
use proptest::prelude::*;

#[test]
fn depth_is_bounded() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let token = |field: &str| {
        format!(
            r#"{{"access_token":"t","grant_id":"11111111-2222-4333-8444-555555555555","{field}":{deep}}}"#
        )
    };
    assert!(read_json::<TokenWire>(token("retry_info").as_bytes()).is_err());
    // An unknown field is passed over without recursion.
    assert!(read_json::<TokenWire>(token("new").as_bytes()).is_ok());
    assert!(ConnectPoll::read(deep.as_bytes()).is_err());
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(403, deep.as_bytes()));
    assert_eq!(error.kind(), ErrorKind::Backend);
}

#[test]
fn a_huge_error_body_is_not_looked_into() {
    let body = format!(r#"{{"error":"grant_expired","message":"{}"}}"#, "x".repeat(MAX_ERROR_BODY));
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(403, body.as_bytes()));
    assert_eq!(error.kind(), ErrorKind::Backend);
    assert!(error.to_string().len() < 200);
}

#[test]
fn huge_numbers_saturate_or_are_refused() {
    let body =
        br#"{"error":"rate_limit_exceeded","retry_after":99999999999999999999999999999999,"limit":1e300}"#;
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(429, body));
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(3_600));
    let token = r#"{"access_token":"t","grant_id":"11111111-2222-4333-8444-555555555555","expires_in":1e99}"#;
    assert!(read_json::<TokenWire>(token.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn no_bytes_crash_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..200), status in 0_u16..700) {
        let response = ErrorResponse::new(status, &bytes);
        for surface in [Surface::Main, Surface::Agents, Surface::Proxy, Surface::ApprovalStatus] {
            let error = AlterError::from_response(surface, &response);
            prop_assert!(!error.to_string().is_empty());
            let _ = (error.recovery(), error.may_have_executed(), error.is_transient());
        }
        let _ = read_json::<TokenWire>(&bytes);
        let _ = (ConnectPoll::read(&bytes), AuthPoll::read(&bytes));
    }

    /// JSON-like text reaches further than bytes do.
    #[test]
    fn no_text_crashes_the_path_of_an_error(text in r#"[\[\]{}:," \\a0-9\n-]{0,80}"#) {
        let _ = read_json::<TokenWire>(text.as_bytes());
        let _ = read_json::<alter_types::UnifiedGrantListResult>(text.as_bytes());
        let wrapped = format!(r#"{{"grants":[{text}],"total":0}}"#);
        let _ = read_json::<alter_types::UnifiedGrantListResult>(wrapped.as_bytes());
    }

    #[test]
    fn no_header_crashes_the_rate_limit(limit in ".{0,30}", policy in ".{0,60}", now in any::<i64>()) {
        let header = |name: &str| match name {
            "ratelimit" => Some(policy.as_str()),
            "ratelimit-policy" => Some(policy.as_str()),
            _ => Some(limit.as_str()),
        };
        let _ = RateLimitSnapshot::from_headers(header, Timestamp::from_unix_seconds(now));
    }
}
