//! [`classify`]: the table that says which outcomes are tried again.
//!
//! | outcome | safe to repeat | only if unsent |
//! |---|---|---|
//! | could not connect | again | again |
//! | connection lost, attempt timed out | again | stop |
//! | 502, 503, 504 | again | stop |
//! | 409 `token_refresh_in_progress`: the provider was not called | again | again |
//! | 429 `rate_limit_exceeded`: refused before any work | again | again |
//! | any other 429, a used-up quota above all | stop | stop |
//! | any other 409, identity synchronisation above all | stop | stop |
//! | anything else | stop | stop |

use std::time::Duration;

use alter_auth::Clock;
use alter_types::{AlterError, ErrorKind as AlterKind, ErrorResponse, Surface};
use http::{HeaderName, StatusCode, header::RETRY_AFTER};

use super::retry_after;
use crate::{Error, ErrorKind, Replay, Response, TimeLimit};

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It went well, or trying again would not help.
    Stop,
    /// Try again, after at least this long.
    Again(Duration),
}

/// Judges one attempt.
#[must_use]
pub fn classify(result: &Result<Response, Error>, replay: Replay, clock: &dyn Clock) -> Verdict {
    let safe = replay == Replay::Safe;
    let again = match result {
        Err(error) => match error.kind() {
            ErrorKind::Connect => true,
            ErrorKind::Io | ErrorKind::Timeout(TimeLimit::Attempt | TimeLimit::Idle) => safe,
            _ => false,
        },
        Ok(response) => return classify_answer(response, safe, clock),
    };
    if again { Verdict::Again(Duration::ZERO) } else { Verdict::Stop }
}

fn classify_answer(response: &Response, safe: bool, clock: &dyn Clock) -> Verdict {
    let again = match response.status() {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => safe,
        StatusCode::CONFLICT => refusal(response).kind() == AlterKind::TokenRefreshInProgress,
        StatusCode::TOO_MANY_REQUESTS => {
            let refusal = refusal(response);
            refusal.kind() == AlterKind::RateLimit && refusal.code() == Some("rate_limit_exceeded")
        }
        _ => false,
    };
    if again { Verdict::Again(advised_wait(response, clock)) } else { Verdict::Stop }
}

/// The wait the peer asked for: header in seconds or as a date, else the body; zero if it did not ask.
fn advised_wait(response: &Response, clock: &dyn Clock) -> Duration {
    header(response, &RETRY_AFTER)
        .and_then(|value| retry_after::parse(value, clock.now()))
        .or_else(|| refusal(response).retry_after())
        .unwrap_or(Duration::ZERO)
}

/// The same reading of an error body that callers get.
fn refusal(response: &Response) -> AlterError {
    let body = response.body().as_bytes().map_or(&[][..], |bytes| bytes);
    let answer =
        ErrorResponse::new(response.status().as_u16(), body).with_retry_after(header(response, &RETRY_AFTER));
    AlterError::from_response(Surface::Main, &answer)
}

fn header<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}
