//! Attribute: who is calling, decided once for all attempts of a call.
//!
//! # When it runs
//! Once per call, below the call layers and above retry: every attempt carries the same identity.
//!
//! # What it sees
//! The [`CallContext`] and the client's [`Identity`], unless the call has another. It adds `traceparent`, which is not
//! signed, unless a layer above has set one. The rest of the result travels as a typed value that nobody can edit as a
//! header; Sign writes it out and covers it.
//!
//! # What an error does
//! It has none.

use http::{HeaderName, HeaderValue};

use super::{Handle, Next, tower_layer};
use crate::{CallContext, Error, Identity, Request, Response, identity::Attributed};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Attaches the caller, the cached actor id, the audit context and the trace.
#[derive(Debug, Clone)]
pub struct AttributeLayer {
    identity: Identity,
}

impl AttributeLayer {
    /// Calls are made as `identity`.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self { identity }
    }
}

tower_layer!(AttributeLayer);

impl Handle for AttributeLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        if let Some(cx) = request.extensions().get::<CallContext>() {
            let identity = cx.identity.as_ref().unwrap_or(&self.identity);
            let attributed = Attributed(identity.attribute(cx));
            let trace_parent = cx.trace_parent.as_ref().and_then(|parent| parent.as_str().parse().ok());
            request.extensions_mut().insert(attributed);
            if let Some(value) = trace_parent {
                let _: &mut HeaderValue = request.headers_mut().entry(TRACEPARENT).or_insert(value);
            }
        }
        next.run(request).await
    }
}
