//! Credentials on their way into a request: [`CredentialSource`] can be carried but not looked into, [`Credential`]
//! can be injected but not read.

use std::{fmt, sync::Arc};

use alter_types::{GrantId, RateLimitSnapshot, RetryInfo, TokenWire};
use http::Method;
use uuid::Uuid;

use crate::{BoxError, BoxFuture, CallMeta, Injection, InjectionError};

/// Fetches the credential for one provider call. Asked once per attempt, after every check on the destination and
/// right before the request leaves.
pub trait ProvideCredential: Send + Sync + 'static {
    /// The credential for `method` on `url`, the [declared URL](crate::DeclaredUrl) of the call.
    ///
    /// # Errors
    /// Whatever the source has to say; it comes out as the source of an
    /// [`ErrorKind::Credential`](crate::ErrorKind::Credential) error.
    fn credential<'a>(
        &'a self,
        method: &'a Method,
        url: &'a str,
    ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>>;
}

/// Where the credential of a call comes from. A request extension of the provider plane: anyone may carry it, only
/// [Inject](crate::layer::inject) opens it.
#[derive(Clone)]
pub struct CredentialSource(Arc<dyn ProvideCredential>);

impl CredentialSource {
    /// A source that is asked when the request is about to leave.
    #[must_use]
    pub fn new(source: impl ProvideCredential) -> Self {
        Self(Arc::new(source))
    }

    /// A credential that is already there, as in a server's proxy mode.
    #[must_use]
    pub fn in_hand(credential: Credential) -> Self {
        struct InHand(Arc<Credential>);
        impl ProvideCredential for InHand {
            fn credential<'a>(
                &'a self,
                _: &'a Method,
                _: &'a str,
            ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>> {
                Box::pin(std::future::ready(Ok(Arc::clone(&self.0))))
            }
        }
        Self::new(InHand(Arc::new(credential)))
    }

    pub(crate) fn open<'a>(
        &'a self,
        method: &'a Method,
        url: &'a str,
    ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>> {
        self.0.credential(method, url)
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSource(…)")
    }
}

/// A released credential together with where it goes in a request and whose it is.
pub struct Credential {
    pub(crate) injection: Injection,
    pub(crate) grant_id: GrantId,
    pub(crate) provider_id: String,
    pub(crate) token_generation: Option<Uuid>,
    pub(crate) scope_mismatch: bool,
    pub(crate) refresh: Option<Arc<RetryInfo>>,
    pub(crate) rate_limit: Option<RateLimitSnapshot>,
}

impl Credential {
    /// Checks the injection instructions of a token answer.
    ///
    /// # Errors
    /// [`InjectionError`] if they cannot be followed (`docs/protocol.md` 7.1).
    pub fn new(token: TokenWire) -> Result<Self, InjectionError> {
        Ok(Self {
            injection: Injection::new(&token)?,
            grant_id: token.grant_id,
            provider_id: token.provider_id,
            token_generation: token.token_generation,
            scope_mismatch: token.scope_mismatch,
            refresh: token.retry_info.map(Arc::new),
            rate_limit: None,
        })
    }

    /// Hands what the vault said of its rate limit, when it released this, on to the call that uses it.
    #[must_use]
    pub fn released_with(mut self, meta: &CallMeta) -> Self {
        self.rate_limit = meta.rate_limit;
        self
    }

    /// Notes what the vault said when it released this.
    pub(crate) fn note(&self, meta: &mut CallMeta) {
        meta.refresh.clone_from(&self.refresh);
        meta.rate_limit = self.rate_limit;
    }

    /// The grant it was released through.
    #[must_use]
    pub fn grant_id(&self) -> GrantId {
        self.grant_id
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("grant_id", &self.grant_id)
            .field("provider_id", &self.provider_id)
            .finish_non_exhaustive()
    }
}
