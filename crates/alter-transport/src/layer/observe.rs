//! Observe: reads what the backend says about itself and us off every answer.
//!
//! # When it runs
//! Once per attempt, directly below retry: the answer that will be retried is seen too.
//!
//! # What it sees
//! Response headers: the actor id (the first canonical UUID wins) and the request id. It emits one `tracing` event
//! per attempt with host, operation, status, attempt and elapsed time; never a path, a query, a header value or a
//! byte of a body.
//!
//! # What an error does
//! It has none; a malformed header counts as absent.

use std::sync::Arc;

use alter_auth::header::X_ALTER_ACTOR_ID;
use http::{HeaderMap, HeaderName};
use tokio::time::Instant;

use super::{Handle, HttpStack, Inner, tower_layer};
use crate::{Attempt, CallContext, CallMeta, Identity, Request, ResponseFuture};

/// Reads actor id and request id off answers, and reports each attempt.
#[derive(Debug, Clone)]
pub struct ObserveLayer {
    identity: Identity,
    host: Arc<str>,
}

impl ObserveLayer {
    /// Learns the actor id of `identity`; `host` names the backend in events.
    #[must_use]
    pub fn new(identity: Identity, host: &str) -> Self {
        Self { identity, host: host.into() }
    }
}

tower_layer!(ObserveLayer);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Handle for ObserveLayer {
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, request: Request) -> ResponseFuture {
        let Self { identity, host } = self.clone();
        let cx = request.extensions().get::<CallContext>();
        let operation = cx.map_or("unknown", |cx| cx.operation.name());
        // The id in an answer to a call with a caller of its own belongs to that caller.
        let learns = cx.is_some_and(|cx| cx.operation.carries_actor_id() && cx.caller.is_none());
        let attempt = Attempt::of(&request);
        let started = Instant::now();
        let answer = inner.call(request);
        Box::pin(async move {
            let result = answer.await;
            let elapsed_ms = started.elapsed().as_millis();
            match result {
                Ok(mut response) => {
                    let status = response.status().as_u16();
                    tracing::debug!(%host, operation, status, attempt, elapsed_ms, "backend answered");
                    if learns && let Some(id) = text(response.headers(), &X_ALTER_ACTOR_ID) {
                        identity.learn(id);
                    }
                    let request_id = text(response.headers(), &X_REQUEST_ID).map(Arc::from);
                    CallMeta::of(response.extensions_mut()).request_id = request_id;
                    Ok(response)
                }
                Err(error) => {
                    tracing::debug!(%host, operation, %error, attempt, elapsed_ms, "no answer from the backend");
                    Err(error)
                }
            }
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| text.len() <= 200)
}
