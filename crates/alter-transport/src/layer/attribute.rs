//! Attribute: who is calling, decided once for all attempts of a call.
//!
//! # When it runs
//! Once per call, below the call layers and above retry: every attempt carries the same identity.
//!
//! # What it sees
//! The [`CallContext`] and the client's [`Identity`]. The result travels as a typed value that nobody can edit as a
//! header; Sign writes it out and covers it.
//!
//! # What an error does
//! It has none.

use super::{Handle, HttpStack, Inner, tower_layer};
use crate::{CallContext, Identity, Request, ResponseFuture, identity::Attributed};

/// Attaches the caller, the cached actor id and the audit context.
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
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, mut request: Request) -> ResponseFuture {
        if let Some(cx) = request.extensions().get::<CallContext>() {
            let attributed = Attributed(self.identity.attribute(cx));
            request.extensions_mut().insert(attributed);
        }
        Box::pin(inner.call(request))
    }
}
