//! Origin: only the configured backend ever gets a signed request.
//!
//! # When it runs
//! Once per attempt, directly above Sign, so that no layer of yours sits between this check and the key.
//!
//! # What it sees
//! The URL of the request as it would be sent.
//!
//! # What an error does
//! [`Refused(Origin)`](crate::Refusal::Origin): nothing is signed or sent, and retry stops.

use std::sync::Arc;

use super::{Handle, Next, tower_layer};
use crate::{BaseUrl, Error, Refusal, Request, Response};

/// Refuses requests that are not addressed to the backend.
#[derive(Debug, Clone)]
pub struct OriginLayer {
    base_url: Arc<BaseUrl>,
}

impl OriginLayer {
    /// Lets requests to `base_url` through.
    #[must_use]
    pub fn new(base_url: Arc<BaseUrl>) -> Self {
        Self { base_url }
    }
}

tower_layer!(OriginLayer);

impl Handle for OriginLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        if self.base_url.signed_target(request.uri()).is_none() {
            return Err(Error::refused(Refusal::Origin));
        }
        next.run(request).await
    }
}
