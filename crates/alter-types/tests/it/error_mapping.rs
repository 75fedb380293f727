//! The classification of error answers, in both directions.

use alter_types::error::{AlterError, ErrorCode, ErrorKind, ErrorResponse, Surface, classify, wire_forms};

/// Whatever `wire_forms` says a backend may send for a kind, a client reads as that kind.
#[test]
fn every_row_of_the_table_is_reachable() {
    for surface in [Surface::Main, Surface::Agents, Surface::Proxy, Surface::ApprovalStatus] {
        for kind in ErrorKind::ALL {
            for (status, code) in wire_forms(surface, *kind) {
                let status = status.unwrap_or(418);
                assert_eq!(classify(surface, status, code), *kind, "{surface:?} {status} {code:?}");
            }
        }
    }
}

/// A code sent on its own status is never read as a kind that belongs to another code.
#[test]
fn every_code_has_a_status_on_which_it_is_recognised() {
    for surface in [Surface::Main, Surface::Agents, Surface::Proxy] {
        for kind in ErrorKind::ALL {
            for (_, code) in wire_forms(surface, *kind) {
                let Some(code) = code else { continue };
                let status = ErrorCode::new(code).status();
                let status =
                    status.unwrap_or_else(|| panic!("{code} is in the classification but has no status"));
                let read =
                    [Surface::Main, Surface::Agents, Surface::Proxy].map(|s| classify(s, status, Some(code)));
                let generic = [ErrorKind::Backend];
                assert!(
                    read.iter().any(|kind| !generic.contains(kind)),
                    "{code} on {status} reads as {read:?}"
                );
            }
        }
    }
}

#[test]
fn an_error_is_two_words_and_can_cross_threads() {
    fn portable<T: Send + Sync + 'static>() {}
    portable::<AlterError>();
    assert!(size_of::<AlterError>() <= 2 * size_of::<usize>());
}

#[test]
fn neither_debug_nor_display_shows_what_the_backend_sent_beside_the_message() {
    let body =
        br#"{"error":"ambiguous_grant","message":"Two match.","account_identifiers":["canary@example.org"],
                    "note":"canary"}"#;
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(409, body));
    assert_eq!(error.to_string(), "Two match.");
    let debug = format!("{error:?}");
    assert!(debug.contains("account_identifiers") && !debug.contains("canary"), "{debug}");
    assert_eq!(error.details()["note"], "canary");
}

#[test]
fn a_page_of_an_intermediary_keeps_its_status_and_nothing_else() {
    let page = b"<html>canary</html>";
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(502, page));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Backend, Some(502)));
    assert!(!format!("{error:?} {error} {:?}", error.details()).contains("canary"));
    assert!(error.is_transient() && error.may_have_executed());
}

#[test]
fn a_rate_limit_says_how_long_to_wait_and_a_quota_is_not_transient() {
    let limited =
        ErrorResponse::new(429, br#"{"error":"rate_limit_exceeded"}"#).with_retry_after(Some("99999"));
    let limited = AlterError::from_response(Surface::Main, &limited);
    assert_eq!(limited.retry_after().map(|wait| wait.as_secs()), Some(3_600));
    assert!(limited.is_transient());

    let quota = ErrorResponse::new(429, br#"{"error":"quota_exceeded","retry_after":99999.0}"#);
    let quota = AlterError::from_response(Surface::Main, &quota);
    assert_eq!(quota.retry_after().map(|wait| wait.as_secs()), Some(99_999));
    assert!(!quota.is_transient());
}

#[test]
fn an_error_that_a_connect_session_repairs_says_what_to_ask_for() {
    let body = br#"{"error":"credential_revoked","grant_id":"g-1","provider_id":"google"}"#;
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(403, body));
    let recovery = error.recovery().expect("a revoked credential can be replaced");
    assert_eq!((recovery.provider_id.as_str(), recovery.repair_grant_id.as_deref()), ("google", Some("g-1")));

    let no_agent = br#"{"error":"no_delegated_grant","provider_id":"google"}"#;
    let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(404, no_agent));
    assert_eq!(error.recovery(), None);
    assert!(matches!(error.require_recovery(), Err(AlterError::Value(_))));
}

#[test]
fn a_refused_status_poll_says_what_it_means_and_an_unknown_approval_is_no_missing_grant() {
    let read = |status, body: &str| {
        let response = ErrorResponse::new(status, body.as_bytes()).with_retry_after(Some("7"));
        AlterError::from_response(Surface::ApprovalStatus, &response)
    };
    let limited = read(429, r#"{"error":"rate_limit_exceeded"}"#);
    assert_eq!((limited.kind(), limited.retry_after().unwrap().as_secs()), (ErrorKind::RateLimit, 7));
    assert_eq!(read(429, "<html>").kind(), ErrorKind::RateLimit);
    assert_eq!(read(401, r#"{"error":"invalid_key"}"#).kind(), ErrorKind::InvalidKey);
    assert_eq!(read(403, r#"{"error":"insufficient_scope"}"#).kind(), ErrorKind::InsufficientScope);
    let unknown = read(404, r#"{"error":"approval_not_found","message":"No.","note":"n"}"#);
    assert_eq!((unknown.kind(), unknown.code()), (ErrorKind::Backend, Some("approval_not_found")));
    assert!(!unknown.details().contains_key("note"));
}
