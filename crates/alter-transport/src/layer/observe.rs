//! Observe: reads what the backend says about itself and us off every answer.
//!
//! # When it runs
//! Once per attempt, directly below retry: the answer that will be retried is seen too.
//!
//! # What it sees
//! Response headers (`docs/protocol.md` 10): the actor id (the first canonical UUID wins), the request id, the rate limit in
//! either family of headers, and the notice that the key is deprecated, which is logged once. It emits one `tracing` event
//! per attempt with host, operation, status, attempt and elapsed time; never a path, a query, a header value or a
//! byte of a body.
//!
//! # What an error does
//! It has none; a malformed header counts as absent.

use std::sync::Arc;

use alter_auth::{Clock, header::X_ALTER_ACTOR_ID};
use alter_types::RateLimitSnapshot;
use http::{HeaderMap, HeaderName};
use tokio::time::Instant;

use super::{Handle, Next, tower_layer};
use crate::{Attempt, CallContext, CallMeta, Error, Identity, Request, Response, Standing};

/// Reads what the backend says about the client off its answers, and reports each attempt.
#[derive(Debug, Clone)]
pub struct ObserveLayer {
    identity: Identity,
    standing: Standing,
    clock: Arc<dyn Clock>,
    host: Arc<str>,
}

impl ObserveLayer {
    /// Learns the actor id of `identity` and keeps `standing` up to date; `host` names the backend in events.
    #[must_use]
    pub fn new(identity: Identity, standing: Standing, clock: Arc<dyn Clock>, host: &str) -> Self {
        Self { identity, standing, clock, host: host.into() }
    }

    fn note(&self, response: &mut Response, learner: Option<&Identity>) {
        let headers = response.headers();
        if let Some(identity) = learner
            && let Some(id) = text(headers, &X_ALTER_ACTOR_ID)
        {
            identity.learn(id);
        }
        if text(headers, &X_ALTER_KEY_DEPRECATED) == Some("true") && self.standing.note_deprecated_key() {
            tracing::warn!("the vault says that this API key is deprecated; replace it while it still works");
        }
        let request_id = CallMeta::request_id_in(headers);
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let rate_limit = RateLimitSnapshot::from_headers(header, self.clock.timestamp());
        if let Some(reading) = rate_limit {
            self.standing.note_rate_limit(reading);
        }
        let meta = CallMeta::of(response.extensions_mut());
        meta.request_id = request_id;
        meta.rate_limit = rate_limit;
    }
}

tower_layer!(ObserveLayer);

const X_ALTER_KEY_DEPRECATED: HeaderName = HeaderName::from_static("x-alter-key-deprecated");

impl Handle for ObserveLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        let cx = request.extensions().get::<CallContext>();
        let operation = cx.map_or("unknown", |cx| cx.operation.name());
        // The id in an answer to a call with a caller of its own belongs to that caller.
        let learner = cx
            .filter(|cx| cx.operation.carries_actor_id() && cx.caller.is_none())
            .map(|cx| cx.identity.as_ref().unwrap_or(&self.identity).clone());
        let attempt = Attempt::of(&request);
        let started = Instant::now();
        let result = next.run(request).await;
        let elapsed_ms = started.elapsed().as_millis();
        let host = &*self.host;
        match result {
            Ok(mut response) => {
                let status = response.status().as_u16();
                tracing::debug!(%host, operation, status, attempt, elapsed_ms, "backend answered");
                self.note(&mut response, learner.as_ref());
                Ok(response)
            }
            Err(error) => {
                tracing::debug!(%host, operation, %error, attempt, elapsed_ms, "no answer from the backend");
                Err(error)
            }
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| text.len() <= 200)
}
