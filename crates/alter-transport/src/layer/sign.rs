//! Sign: authenticates one attempt with a fresh timestamp and a fresh nonce.
//!
//! # When it runs
//! Once per attempt and after every wait: a nonce is accepted once, a timestamp for a few minutes.
//!
//! # What it sees
//! Method, path and query, the buffered body, the attribution of the call and what narrows it. It writes every reserved
//! header and signs what it wrote; a reserved header that somebody set above is replaced or removed.
//!
//! # What an error does
//! [`ErrorKind::Sign`](crate::ErrorKind::Sign): the request is not sent. That includes a request without its
//! [`CallContext`], which says what narrows the call.

use std::sync::Arc;

use alter_auth::{Clock, Nonce, Random, SignedContext, Signer, Stamp};

use super::{Handle, Next, tower_layer};
use crate::{BaseUrl, CallContext, Error, Refusal, Request, Response, identity::Attributed};

/// Signs requests to the backend.
#[derive(Debug, Clone)]
pub struct SignLayer {
    signer: Signer,
    base_url: Arc<BaseUrl>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl SignLayer {
    /// Signs for `base_url`, whose path prefix the signature leaves out.
    #[must_use]
    pub fn new(
        signer: Signer,
        base_url: Arc<BaseUrl>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { signer, base_url, clock, random }
    }

    fn sign(&self, request: &mut Request) -> Result<(), Error> {
        let body = request.body().as_bytes().ok_or_else(|| Error::sign("the body is not in memory"))?;
        let target =
            self.base_url.signed_target(request.uri()).ok_or_else(|| Error::refused(Refusal::Origin))?;
        let mut context = SignedContext::default();
        if let Some(Attributed(attribution)) = request.extensions().get() {
            context.attribution = attribution;
        }
        // A request without it would be signed with everything the key may do, whatever its client had given up.
        let cx = request.extensions().get::<CallContext>().ok_or_else(|| Error::sign(NO_CONTEXT))?;
        if let Some(narrowing) = cx.narrowing.as_deref() {
            context.constraints = narrowing.scopes.as_deref();
            context.rule = narrowing.rule.as_deref();
        }
        let nonce = Nonce::random(&*self.random).map_err(Error::sign)?;
        let stamp = Stamp { now: self.clock.now(), nonce };
        let signed =
            self.signer.sign(request.method(), target, body, &context, stamp).map_err(Error::sign)?;
        signed.apply(request.headers_mut());
        Ok(())
    }
}

const NO_CONTEXT: &str = "the request has lost its CallContext: a layer that makes a new request has to pass on the \
                          extensions of the one it got";

tower_layer!(SignLayer);

impl Handle for SignLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        self.sign(&mut request)?;
        next.run(request).await
    }
}
