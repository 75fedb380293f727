//! [`TokenFetch`]: asks the vault for the credential of one call, at the last moment, for exactly that call.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alter_transport::{BoxError, BoxFuture, CallContext, CallMeta, Credential, Deadline, ProvideCredential};
use alter_types::{AddressedGrant, DeclaredRequest, Secret, Surface, TokenRequest, TokenWire};
use http::Method;

use crate::{Result, client::Client, error::before_the_call, exchange::Message, operation};

pub(crate) struct TokenFetch {
    pub(crate) client: Client,
    pub(crate) grant: AddressedGrant,
    pub(crate) user_token: Option<Secret>,
    pub(crate) cx: CallContext,
    pub(crate) deadline: Deadline,
    /// Set once a credential was handed out: from then on the provider may have seen the call.
    pub(crate) handed_out: Arc<AtomicBool>,
}

impl TokenFetch {
    async fn fetch(&self, method: &Method, url: &str) -> Result<Credential, BoxError> {
        let (token, meta) = self.ask(method, url).await.map_err(before_the_call)?;
        let credential = Credential::new(token)?.released_with(&meta);
        self.handed_out.store(true, Ordering::Release);
        Ok(credential)
    }

    async fn ask(&self, method: &Method, url: &str) -> Result<(TokenWire, CallMeta)> {
        let mut request = TokenRequest::new(self.grant.clone(), DeclaredRequest::new(method.as_str(), url));
        request.reason = self.cx.reason.as_deref().map(str::to_owned);
        request.user_token = self.client.user_token(self.user_token.as_ref()).await?;
        let mut cx = self.cx.clone();
        cx.operation = operation::TOKEN;
        let message = Message::new(Method::POST, "/sdk/token").json(&request)?;
        let answer = self.client.send_within(message, Surface::Main, cx, Some(self.deadline)).await;
        let answer = answer.map_err(|error| self.client.seen(error))?;
        let token = answer.json::<TokenWire>()?;
        tracing::debug!(grant = %token.grant_id, "the vault released a credential");
        Ok((token, answer.meta))
    }
}

impl ProvideCredential for TokenFetch {
    fn credential<'a>(
        &'a self,
        method: &'a Method,
        url: &'a str,
    ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>> {
        Box::pin(async move { self.fetch(method, url).await.map(Arc::new) })
    }
}
