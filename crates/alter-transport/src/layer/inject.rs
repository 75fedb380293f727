//! Inject: opens the credential source and puts the credential into the request.
//!
//! # When it runs
//! Once per attempt, as the last thing before the provider's clock starts. Everything above is free of credentials.
//!
//! # What it sees
//! The [`CredentialSource`], which it takes out of the request, and the [`DeclaredUrl`], for which it asks the
//! source. It notes grant, provider and moment of sending in the [`Exchange`] of the attempt and on the answer. While
//! it waits for the credential it may have the connection to the provider [opened](InjectLayer::preconnect).
//!
//! # What an error does
//! [`ErrorKind::Credential`](crate::ErrorKind::Credential): nothing is sent, and there is nothing to audit. An error
//! from below that shows the credential in its text loses it here.

use std::sync::Arc;

use alter_auth::Clock;
use http::{Uri, uri::PathAndQuery};
use tokio::time::Instant;

use super::{Handle, Next, tower_layer};
use crate::{
    CallMeta, Credential, CredentialSource, DeclaredUrl, Error, Exchange, Preconnect, Request, Response,
    exchange::Sent, scrub::ScrubberCell,
};

/// Injects credentials.
#[derive(Debug, Clone)]
pub struct InjectLayer {
    clock: Arc<dyn Clock>,
    preconnect: Option<Preconnect>,
}

impl InjectLayer {
    /// Asks the source that travels with each request. `clock` gives the time of AWS signatures.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, preconnect: None }
    }

    /// Has the connection opened while the credential is being fetched.
    #[must_use]
    pub fn preconnect(mut self, preconnect: Option<Preconnect>) -> Self {
        self.preconnect = preconnect;
        self
    }
}

tower_layer!(InjectLayer);

impl Handle for InjectLayer {
    async fn handle(&self, next: &impl Next, mut request: Box<Request>) -> Result<Response, Error> {
        let source = request
            .extensions_mut()
            .remove::<CredentialSource>()
            .ok_or_else(|| Error::credential("the request carries no credential source"))?;
        let declared = declared_url(&request);
        let method = request.method().clone();
        if let Some(preconnect) = &self.preconnect {
            preconnect.start(request.uri());
        }
        let credential = source.open(&method, &declared).await.map_err(Error::credential)?;
        let (mut head, body) = std::mem::take(&mut *request).into_parts();
        let sent = sent(&credential);
        if let Some(header) = sent.injected_headers.iter().find(|name| head.headers.contains_key(*name)) {
            tracing::warn!(%header, "a header of the call gives way to the credential");
        }
        let scrubber =
            credential.injection.apply(&mut head, &body, self.clock.now()).map_err(Error::credential)?;
        if let Some(cell) = head.extensions.remove::<ScrubberCell>() {
            cell.fill(scrubber.clone());
        }
        let exchange = head.extensions.get::<Exchange>().cloned().unwrap_or_default();
        exchange.fill(sent);
        *request = Request::from_parts(head, body);
        match next.run(request).await {
            Ok(mut response) => {
                response.extensions_mut().insert(exchange);
                let request_id = CallMeta::request_id_in(response.headers());
                let meta = CallMeta::of(response.extensions_mut());
                meta.request_id = request_id;
                credential.note(meta);
                Ok(response)
            }
            Err(error) => {
                let mut error = error.scrubbed(&scrubber);
                credential.note(error.meta_mut());
                Err(error)
            }
        }
    }
}

fn sent(credential: &Credential) -> Sent {
    Sent {
        grant_id: credential.grant_id,
        provider_id: credential.provider_id.clone(),
        token_generation: credential.token_generation,
        scope_mismatch: credential.scope_mismatch,
        injected_headers: credential.injection.header_names(),
        at: Instant::now(),
    }
}

/// The URL the vault is told: the one that was declared, or the request's own without its query.
pub(crate) fn declared_url(request: &Request) -> Arc<str> {
    match request.extensions().get::<DeclaredUrl>() {
        Some(DeclaredUrl(url)) => Arc::clone(url),
        None => without_query(request.uri()).to_string().into(),
    }
}

fn without_query(uri: &Uri) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(uri.path()).ok();
    Uri::from_parts(parts).unwrap_or_default()
}
