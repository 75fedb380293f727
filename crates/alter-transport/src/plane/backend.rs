//! [`BackendPlane`]: calls to the vault, signed.

use std::{sync::Arc, time::Duration};

use alter_auth::{Clock, Random, Signer};

use crate::{
    BaseUrl, CallContext, Error, HttpLayer, HttpService, Identity, Request, Response, Retry, Standing,
    layer::{
        AttemptTimeoutLayer, AttributeLayer, CollectLayer, DeadlineLayer, Handle as _, IdleLayer,
        ObserveLayer, OriginLayer, RetryLayer, Seam, Shared, SignLayer, Tower,
    },
};

/// What a backend plane is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BackendOptions {
    /// Where the vault is.
    pub base_url: BaseUrl,
    /// Signs every attempt.
    pub signer: Signer,
    /// Who makes the calls.
    pub identity: Identity,
    /// Where the vault's word on rate limit and key is kept.
    pub standing: Standing,
    /// The clock of signatures.
    pub clock: Arc<dyn Clock>,
    /// The source of nonces.
    pub random: Arc<dyn Random>,
    /// Budget of a whole call. Default 95 seconds: more than the 90 a vault gives one retrieval, so that its own
    /// word on a time-out arrives.
    pub timeout: Duration,
    /// Limit of one attempt. Default 90 seconds.
    pub attempt_timeout: Duration,
    /// Longest silence within an answer. Default 60 seconds.
    pub idle_timeout: Duration,
    /// When to try again.
    pub retry: Retry,
    /// Largest answer, in bytes. Default 32 MiB.
    pub max_body: usize,
    /// Yours: around each unsealed call, before anything is signed.
    pub call_layers: Vec<HttpLayer>,
    /// Yours: around each attempt of an unsealed call, before it is signed.
    pub attempt_layers: Vec<HttpLayer>,
}

impl BackendOptions {
    /// The required parts, and defaults for the rest.
    #[must_use]
    pub fn new(
        base_url: BaseUrl,
        signer: Signer,
        identity: Identity,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            base_url,
            signer,
            identity,
            standing: Standing::new(),
            clock,
            random,
            timeout: Duration::from_secs(95),
            attempt_timeout: Duration::from_secs(90),
            idle_timeout: Duration::from_secs(60),
            retry: Retry::default(),
            max_body: 32 << 20,
            call_layers: Vec::new(),
            attempt_layers: Vec::new(),
        }
    }
}

/// The stack for calls to the vault.
///
/// ```text
///  1  Deadline           one time budget for the whole call, waits included
///  2  [call layers]      yours: once per call; nothing signed yet
///  3  Attribute          who is calling: caller, actor id, audit context
///  4  Retry              judge, back off, clone the request
///  5    Observe          actor id, request id, rate limit and key notice off every answer
///  6    AttemptTimeout   one try
///  7    [attempt layers] yours: once per try; still nothing signed
///  8    Origin           the configured backend, or refuse
///  9    Sign             fresh timestamp, fresh nonce
/// 10    Collect          the answer into memory, under a limit
/// 11    Idle             no silence for too long while it arrives
/// 12    Transport        sockets
/// ```
///
/// There are two handles on it. An operation whose *answer* hands out a secret goes through the sealed one, which
/// leaves your layers out: hiding the signature is not enough when the body is a credential. Both share everything
/// else. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BackendPlane {
    open: Shared,
    sealed: Shared,
    base_url: Arc<BaseUrl>,
    standing: Standing,
}

impl BackendPlane {
    /// Assembles the stack over `transport`.
    #[must_use]
    pub fn new(options: BackendOptions, transport: HttpService) -> Self {
        let parts = Parts {
            base_url: Arc::new(options.base_url.clone()),
            retry: RetryLayer::new(options.retry.clone(), Arc::clone(&options.clock)),
            options,
            transport,
        };
        Self {
            open: parts.assemble(&parts.options.call_layers, &parts.options.attempt_layers),
            sealed: parts.assemble(&[], &[]),
            standing: parts.options.standing.clone(),
            base_url: parts.base_url,
        }
    }

    /// For operations whose answer holds no secret.
    #[must_use]
    pub fn service(&self) -> HttpService {
        HttpService::new(self.open.clone())
    }

    /// For operations whose answer hands out a secret: no custom layers.
    #[must_use]
    pub fn sealed(&self) -> HttpService {
        HttpService::new(self.sealed.clone())
    }

    /// Where the vault is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// What the vault last said about rate limit and key.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Sends one request as the operation in `cx`, through the handle that operation calls for.
    ///
    /// # Errors
    /// [`Error`] if no answer came. An answer of any status is not an error here.
    pub async fn call(&self, cx: CallContext, mut request: Request) -> Result<Response, Error> {
        let stack = if cx.operation.is_sealed() { &self.sealed } else { &self.open };
        request.extensions_mut().insert(cx);
        stack.call(request).await
    }
}

struct Parts {
    options: BackendOptions,
    base_url: Arc<BaseUrl>,
    retry: RetryLayer,
    transport: HttpService,
}

impl Parts {
    /// The order of this function *is* the order of the stack.
    fn assemble(&self, call: &[HttpLayer], attempt: &[HttpLayer]) -> Shared {
        let Self { options, base_url, .. } = self;
        let each_attempt = OriginLayer::new(Arc::clone(base_url))
            .then(SignLayer::new(
                options.signer.clone(),
                Arc::clone(base_url),
                Arc::clone(&options.clock),
                Arc::clone(&options.random),
            ))
            .then(CollectLayer::new(options.max_body))
            .then(IdleLayer::new(options.idle_timeout))
            .over(Tower(self.transport.clone()));
        let each_call = AttributeLayer::new(options.identity.clone())
            .then(self.retry.clone())
            .then(ObserveLayer::new(
                options.identity.clone(),
                options.standing.clone(),
                Arc::clone(&options.clock),
                base_url.host(),
            ))
            .then(AttemptTimeoutLayer::new(options.attempt_timeout))
            .over(Seam::new(each_attempt, attempt));
        Shared::new(DeadlineLayer::new(options.timeout).over(Seam::new(each_call, call)))
    }
}
