//! Retrieve mode: the vault releases a credential, and this process calls the provider.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alter_transport::{
    Body, CredentialSource, Deadline, DeclaredUrl, ImpliedContentType, Request, Response, Streamed,
};
use alter_types::{
    AddressedGrant,
    error::{NetworkError, NetworkKind},
};
use http::header::USER_AGENT;

use crate::{
    Call, Error, Reply, ReplyStream, Result,
    call::Payload,
    error::{Peer, from_transport},
    exchange::SDK,
    gate::Place,
    operation,
    reply::Asked,
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
    pub async fn send(self) -> Result<Reply> {
        let any_status = self.any_status;
        let (response, _place) = self.make(None).await?;
        let reply = Reply::from_provider(response);
        if any_status { Ok(reply) } else { reply.error_for_status() }
    }

    /// Like [`send`](Self::send), but hands over the answer while it arrives, piece by piece or as
    /// [server-sent events](ReplyStream::event). Nothing is kept in memory, and the answer may be of any length.
    ///
    /// The time limit of the client ends with the head of the answer. From there on silence is limited
    /// ([`Builder::idle_timeout`](crate::Builder::idle_timeout)), and the stream as a whole if
    /// [`timeout`](Self::timeout) is set on the call. The audit row is left when the stream ends, breaks or is dropped;
    /// it holds the body if that is at most 10,000 bytes.
    ///
    /// # Errors
    /// As [`send`](Self::send), up to the head of the answer.
    pub async fn stream(self) -> Result<ReplyStream> {
        let any_status = self.any_status;
        let until = self.own_deadline();
        let (response, place) = self.make(Some(Streamed::until(until))).await?;
        if any_status || response.status().as_u16() < 400 {
            return Ok(ReplyStream::new(response, place));
        }
        Err(ReplyStream::new(response, place).into_error().await)
    }

    async fn make(mut self, streamed: Option<Streamed>) -> Result<(Response, Place)> {
        let target = self.resolve()?;
        let cx = self.call_context(operation::PROVIDER_CALL)?;
        let place = self.client.enter().await?;
        self.advise();
        let deadline = Deadline::after(self.budget());
        let handed_out = Arc::new(AtomicBool::new(false));
        let source = CredentialSource::new(TokenFetch {
            client: self.client.clone(),
            grant: self.grant,
            user_token: self.user_token,
            cx: cx.clone(),
            deadline,
            handed_out: Arc::clone(&handed_out),
        });

        let body = match self.payload {
            Payload::None => Body::empty(),
            Payload::Json(bytes) | Payload::Raw(bytes) => Body::from(bytes),
            Payload::Stream(body) => body,
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = target.uri;
        *request.headers_mut() = self.headers;
        request.headers_mut().entry(USER_AGENT).or_insert(SDK);
        request.extensions_mut().insert(DeclaredUrl(Arc::clone(&target.declared)));
        request.extensions_mut().insert(deadline);
        if self.implied_type {
            request.extensions_mut().insert(ImpliedContentType);
        }
        if let Some(streamed) = streamed {
            request.extensions_mut().insert(streamed);
        }

        let answer = self.client.core().provider.call(cx.clone(), source, request).await;
        let mut response = answer.map_err(|error| {
            let sent = handed_out.load(Ordering::Acquire);
            if sent { from_transport(Peer::Provider, error) } else { before_sending(error) }
        })?;
        response.extensions_mut().insert(Asked { method: self.method, url: target.declared });
        if let Some(report) = Reply::scope_report(&response) {
            tracing::warn!(grant = %report.grant, "the provider asks for scopes the credential does not have");
            report.spawn(self.client, &cx, &place);
        }
        Ok((response, place))
    }

    /// Says once what it means that an application acts as an agent.
    fn advise(&self) {
        if matches!(self.grant, AddressedGrant::Grant(_)) && self.client.view().needs_advice() {
            tracing::warn!(
                "an application acting as an agent reaches grants that were not delegated to the agent; with the \
                 agent's own key the vault enforces delegation"
            );
        }
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
