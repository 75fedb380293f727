//! From the provider's answer, or its absence, to the row that records it and the body that reports it. Pure.

use std::collections::BTreeMap;

use alter_transport::{Error, ErrorKind, Response, layer::Truncated};
use alter_types::{ErrorCode, ProxyResponse};
use alter_vault::ProxyOutcome;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, header};

use crate::rejection::Rejection;

/// What is recorded and what is answered.
pub(super) fn read(
    result: Result<Response, Error>,
    duration_ms: u64,
) -> (ProxyOutcome, Result<ProxyResponse, Rejection>) {
    match result {
        Ok(response) => {
            let status = response.status().as_u16();
            (ProxyOutcome::answered(status, duration_ms), Ok(report(&response, duration_ms)))
        }
        Err(error) => {
            let rejection = explain(&error);
            (ProxyOutcome::failed(rejection.code().as_str(), duration_ms), Err(rejection))
        }
    }
}

fn report(response: &Response, duration_ms: u64) -> ProxyResponse {
    let body = response.body().as_bytes().map(|bytes| STANDARD.encode(bytes)).unwrap_or_default();
    let mut report = ProxyResponse::new(response.status().as_u16(), body);
    report.headers = headers(response.headers());
    report.body_truncated = response.extensions().get::<Truncated>().is_some();
    report.duration_ms = i64::try_from(duration_ms).ok();
    report
}

/// One text a name: repeated headers are joined with commas (RFC 9110, 5.3). Cookies are between the vault and the
/// provider, and hop-by-hop headers between two connections: neither is passed on.
fn headers(all: &HeaderMap) -> BTreeMap<String, String> {
    const KEPT_BACK: [HeaderName; 5] =
        [header::SET_COOKIE, header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE, header::TRAILER];
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in all {
        if KEPT_BACK.contains(name) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|earlier| {
                earlier.push_str(", ");
                earlier.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    joined
}

/// Why no answer came. Resolved addresses are not named: they would map a network the caller cannot see.
fn explain(error: &Error) -> Rejection {
    match error.kind() {
        ErrorKind::Refused(_) => Rejection::new(
            ErrorCode::BLOCKED_DESTINATION,
            "The vault does not connect to that address. An operator can allow a private network for proxy mode.",
        ),
        ErrorKind::Connect => Rejection::new(
            ErrorCode::PROVIDER_UNREACHABLE,
            "The provider could not be reached; nothing was sent.",
        ),
        ErrorKind::Timeout(_) => Rejection::new(
            ErrorCode::PROVIDER_TIMEOUT,
            "The provider did not answer in time; it may have acted on the request.",
        )
        .with("timeout_reason", "upstream_timeout"),
        ErrorKind::Credential => Rejection::new(
            ErrorCode::CREDENTIAL_NOT_USABLE,
            "The stored credential cannot be put into a request; nothing was sent. An operator has to store it anew.",
        ),
        _ => Rejection::new(
            ErrorCode::PROVIDER_UNREACHABLE,
            "The connection to the provider broke before its answer was complete; it may have acted on the request.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use alter_transport::{Body, TimeLimit};
    use http::HeaderValue;

    use super::*;

    #[test]
    fn repeated_headers_become_one_text_and_cookies_stay_with_the_vault() {
        let mut response = Response::new(Body::from("hi"));
        for (name, value) in [("vary", "a"), ("vary", "b"), ("set-cookie", "session=1"), ("x-one", "1")] {
            response.headers_mut().append(name, HeaderValue::from_static(value));
        }
        let (_, answer) = read(Ok(response), 7);
        let answer = answer.unwrap();
        let headers: Vec<_> =
            answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, [("vary", "a, b"), ("x-one", "1")]);
        assert_eq!((answer.body_b64.as_str(), answer.duration_ms), ("aGk=", Some(7)));
    }

    #[test]
    fn what_is_recorded_is_what_is_answered() {
        let (outcome, answer) = read(Err(Error::timeout(TimeLimit::Call)), 60_000);
        assert_eq!(outcome, ProxyOutcome::failed("provider_timeout", 60_000));
        assert_eq!(answer.unwrap_err().code(), &ErrorCode::PROVIDER_TIMEOUT);
    }
}
