//! Retrieve mode: the vault releases a credential, and this process calls the provider.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alter_transport::{Body, CredentialSource, Deadline, DeclaredUrl, Request};
use alter_types::error::{NetworkError, NetworkKind};
use http::header::USER_AGENT;

use crate::{
    Call, Error, Reply, Result,
    call::Payload,
    core::SDK,
    error::{Peer, from_transport},
    operation,
    token::TokenFetch,
};

impl Call<'_> {
    /// Makes the call from this process: fetches the credential for exactly this method and URL, puts it into the
    /// request, sends it, and reports it to the vault's audit trail.
    ///
    /// # Errors
    /// * [`Error::Value`] if something about the call is not valid; nothing was sent.
    /// * [`Error::Backend`] if the vault refuses the credential.
    /// * [`Error::Provider`] if the provider answers 400 or above, unless [`any_status`](Self::any_status) is set;
    ///   [`Reply::of`] finds the whole reply in it.
    /// * [`Error::Network`] if no answer came from either; [`Error::Client`] once the client is closed.
    pub async fn send(mut self) -> Result<Reply> {
        let target = self.resolve()?;
        let cx = self.call_context(operation::PROVIDER_CALL)?;
        let _place = self.core.gate.enter().await?;
        let deadline = Deadline::after(self.budget());
        let handed_out = Arc::new(AtomicBool::new(false));
        let source = CredentialSource::new(TokenFetch {
            core: Arc::clone(self.core),
            grant: self.grant,
            user_token: self.user_token,
            cx: cx.clone(),
            deadline,
            handed_out: Arc::clone(&handed_out),
        });

        let body = match self.payload {
            Payload::None => Body::empty(),
            Payload::Json(bytes) | Payload::Raw(bytes) => Body::from(bytes),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method;
        *request.uri_mut() = target.uri;
        *request.headers_mut() = self.headers;
        request.headers_mut().entry(USER_AGENT).or_insert(SDK);
        request.extensions_mut().insert(DeclaredUrl(target.declared));
        request.extensions_mut().insert(deadline);

        let answer = self.core.provider.call(cx, source, request).await;
        let reply = answer.map(Reply::from_provider).map_err(|error| {
            let sent = handed_out.load(Ordering::Acquire);
            if sent { from_transport(Peer::Provider, error) } else { before_sending(error) }
        })?;
        if self.any_status { Ok(reply) } else { reply.error_for_status() }
    }
}

/// A failure before there was a credential: the provider has not seen the call.
fn before_sending(error: alter_transport::Error) -> Error {
    if matches!(error.kind(), alter_transport::ErrorKind::Timeout(_)) {
        return NetworkError::new(NetworkKind::Timeout)
            .with_message("the vault did not hand out the credential in time")
            .with_source(error)
            .unsent()
            .into();
    }
    from_transport(Peer::Provider, error)
}
