//! Inject: opens the credential source and puts the credential into the request.
//!
//! # When it runs
//! Once per attempt, as the last thing before the provider's clock starts. Everything above is free of credentials.
//!
//! # What it sees
//! The [`CredentialSource`], which it takes out of the request, and the [`DeclaredUrl`], for which it asks the
//! source. It notes grant, provider and moment of sending in the [`Exchange`] of the attempt and on the answer.
//!
//! # What an error does
//! [`ErrorKind::Credential`](crate::ErrorKind::Credential): nothing is sent, and there is nothing to audit.

use std::sync::Arc;

use http::{Uri, uri::PathAndQuery};
use tokio::time::Instant;

use super::{Handle, HttpStack, Inner, tower_layer};
use crate::{
    Credential, CredentialSource, DeclaredUrl, Error, Exchange, Request, ResponseFuture, exchange::Sent,
};

/// Injects credentials.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct InjectLayer;

impl InjectLayer {
    /// Asks the source that travels with each request.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

tower_layer!(InjectLayer);

impl Handle for InjectLayer {
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, mut request: Request) -> ResponseFuture {
        let mut inner = inner.take();
        Box::pin(async move {
            let source = request
                .extensions_mut()
                .remove::<CredentialSource>()
                .ok_or_else(|| Error::credential("the request carries no credential source"))?;
            let declared = declared_url(&request);
            let method = request.method().clone();
            let credential = source.open(&method, &declared).await.map_err(Error::credential)?;
            let (mut head, body) = request.into_parts();
            credential.injection.apply(&mut head.headers, &mut head.uri).map_err(Error::credential)?;
            let exchange = head.extensions.get::<Exchange>().cloned().unwrap_or_default();
            exchange.fill(sent(&credential));
            let mut response = inner.call(Request::from_parts(head, body)).await?;
            response.extensions_mut().insert(exchange);
            Ok(response)
        })
    }
}

fn sent(credential: &Credential) -> Sent {
    Sent {
        grant_id: credential.grant_id,
        provider_id: credential.provider_id.clone(),
        token_generation: credential.token_generation,
        scope_mismatch: credential.scope_mismatch,
        injected_headers: credential.injection.header_names().cloned().collect(),
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
