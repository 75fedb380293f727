//! [`Signed`]: an extractor that hands a handler its body only after the request was read under a limit, verified
//! and parsed. Whether the key exists, and whether its nonce is fresh, the vault decides together with the
//! operation itself, in one transaction.

use std::net::{IpAddr, SocketAddr};

use alter_auth::{VerifyError, presented_key};
use alter_types::ErrorCode;
use alter_vault::{Admission, AttemptedRequest, Narrowing};
use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, FromRequest, Request},
};
use http::{HeaderMap, request::Parts};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::{json, rejection::Rejection, request_id::RequestId, state::ServerState};

/// Largest body of a route, in bytes; a route that says nothing has the server's default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// A verified request with its parsed body.
#[derive(Debug)]
pub(crate) struct Signed<T> {
    pub(crate) admission: Admission,
    pub(crate) body: T,
}

impl<T: DeserializeOwned> FromRequest<ServerState> for Signed<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &ServerState) -> Result<Self, Rejection> {
        let (head, body) = request.into_parts();
        let body = collect(&head, body, state).await?;
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let now = state.clock().now();
        let verified = match state.verifier().verify(&head.method, target, &head.headers, &body, now) {
            Ok(verified) => verified,
            Err(error) => return Err(refuse(&head, unsigned(&error), state).await),
        };
        let narrowing = match Narrowing::read(verified.constraints.as_deref(), verified.rule.as_deref()) {
            Ok(narrowing) => narrowing,
            Err(error) => {
                let message = format!("{error}. A limit that is not understood is not ignored.");
                let rejection = Rejection::new(ErrorCode::INVALID_NARROWING, message);
                return Err(refuse(&head, rejection, state).await);
            }
        };
        let admission = Admission {
            key: verified.key,
            nonce: verified.nonce,
            timestamp: verified.timestamp,
            attribution: verified.attribution,
            narrowing,
            request_id: request_id(&head),
            client_ip: client_ip(&head),
        };
        let rejection = match json::read(&body) {
            Ok(body) => return Ok(Self { admission, body }),
            Err(rejection) => rejection,
        };
        Err(refuse(&head, rejection, state).await)
    }
}

fn request_id(head: &Parts) -> String {
    head.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}

fn client_ip(head: &Parts) -> Option<IpAddr> {
    head.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip())
}

async fn collect(head: &Parts, body: Body, state: &ServerState) -> Result<Bytes, Rejection> {
    let limit = head.extensions.get::<BodyLimit>().map_or(state.config().max_body, |limit| limit.0);
    if content_length(&head.headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(state.config().body_timeout, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => {
            Err(Rejection::new(ErrorCode::MALFORMED_JSON, "The body ended before it was complete."))
        }
        Err(_) => Err(Rejection::new(ErrorCode::REQUEST_TIMEOUT, "The body did not arrive in time.")),
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> Rejection {
    Rejection::new(
        ErrorCode::BODY_TOO_LARGE,
        format!("The body is larger than this route accepts ({limit} bytes)."),
    )
    .with("limit_bytes", limit)
}

/// An unknown key hears that it is unknown, whatever else is wrong; a known key's failure is recorded.
async fn refuse(head: &Parts, rejection: Rejection, state: &ServerState) -> Rejection {
    let Ok(key) = presented_key(&head.headers) else { return rejection };
    let what = AttemptedRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        request_id: request_id(head),
        client_ip: client_ip(head),
    };
    state.vault().refuse(&key, rejection.into_refusal(), what).await.into()
}

/// A request that is not signed, or not right.
fn unsigned(error: &VerifyError) -> Rejection {
    Rejection::new(error.code(), sentence(error))
}

/// What went wrong and what to do about it.
fn sentence(error: &VerifyError) -> String {
    let advice = match error {
        VerifyError::Stale { .. } => " Set the clock of the machine that signs.",
        VerifyError::Signature | VerifyError::Content => {
            " Something between the SDK and the vault changed the request, or it was signed with another key."
        }
        _ => "",
    };
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.{advice}", letters.as_str())
}
