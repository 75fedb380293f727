//! [`ProviderPlane`]: calls to third parties, with an injected credential.

use std::{sync::Arc, time::Duration};

use alter_auth::Clock;

use crate::{
    AuditQueue, AuditRedaction, CallContext, CredentialSource, Destinations, Error, HttpLayer, HttpService,
    Preconnect, Request, Response, Retry,
    layer::{
        AttemptTimeoutLayer, AuditLayer, CollectLayer, DeadlineLayer, EgressLayer, Handle as _, IdleLayer,
        InjectLayer, Oversized, RetryLayer, Seam, Shared, Tower,
    },
};

/// What a provider plane is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProviderOptions {
    /// Where calls may go. Default: the public internet.
    pub destinations: Destinations,
    /// Where rows about calls go. Default `None`: nowhere, for a server that keeps its own trail.
    pub audit: Option<AuditQueue>,
    /// Your word on what those rows may show. Default `None`: what was captured, without the credential.
    pub audit_redaction: Option<AuditRedaction>,
    /// Budget of a whole call, the retrieval of its credential included. Default 95 seconds.
    pub timeout: Duration,
    /// Limit of one attempt, from sending to the end of the answer. Default 90 seconds.
    pub attempt_timeout: Duration,
    /// Longest silence within an answer. Default 60 seconds.
    pub idle_timeout: Duration,
    /// Opens connections while credentials are fetched. Default `None`: they are opened when needed.
    pub preconnect: Option<Preconnect>,
    /// When to try again. Default: never.
    pub retry: Retry,
    /// Largest answer, in bytes. Default 32 MiB.
    pub max_body: usize,
    /// What becomes of a larger answer. Default: it is an error.
    pub oversized: Oversized,
    /// Yours: around each call, free of credentials.
    pub layers: Vec<HttpLayer>,
    /// The clock of AWS signatures, and that dates in `Retry-After` are compared with.
    pub clock: Arc<dyn Clock>,
}

impl ProviderOptions {
    /// The required parts, and defaults for the rest.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            destinations: Destinations::public_only(),
            audit: None,
            audit_redaction: None,
            timeout: Duration::from_secs(95),
            attempt_timeout: Duration::from_secs(90),
            idle_timeout: Duration::from_secs(60),
            preconnect: None,
            retry: Retry::never(),
            max_body: 32 << 20,
            oversized: Oversized::Refuse,
            layers: Vec::new(),
            clock,
        }
    }
}

/// The stack for calls to providers: an SDK's retrieve mode, and a server's proxy mode.
///
/// ```text
///  1  Deadline           one time budget for the whole call
///  2  [provider layers]  yours: once per call; free of credentials
///  3  Retry              off by default
///  4    Egress           where it may go, before any credential is fetched
///  5    Audit            one row per attempt for which a credential was in hand
///  6    Inject           open the credential source; headers, query or AWS signature, fresh each attempt
///  7    AttemptTimeout   times the provider, not the retrieval of the credential
///  8    Collect          the answer into memory, under a limit
///  9    Idle             no silence for too long while it arrives
/// 10    Transport        sockets: no redirects, no cookies
/// ```
///
/// Give it a transport whose [`ConnectOptions::destinations`](crate::ConnectOptions::destinations) are the same as
/// here, so that names are judged as well. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ProviderPlane {
    stack: Shared,
}

impl ProviderPlane {
    /// Assembles the stack over `transport`.
    #[must_use]
    pub fn new(options: ProviderOptions, transport: HttpService) -> Self {
        Self { stack: assemble(options, transport) }
    }

    /// The whole stack. A request needs a [`CredentialSource`] among its extensions, and should have a
    /// [`CallContext`] and a [`DeclaredUrl`](crate::DeclaredUrl).
    #[must_use]
    pub fn service(&self) -> HttpService {
        HttpService::new(self.stack.clone())
    }

    /// Sends one request with a credential from `source`.
    ///
    /// # Errors
    /// [`Error`] if no answer came. An answer of any status is not an error here.
    pub async fn call(
        &self,
        cx: CallContext,
        source: CredentialSource,
        mut request: Request,
    ) -> Result<Response, Error> {
        request.extensions_mut().insert(cx);
        request.extensions_mut().insert(source);
        self.stack.call(request).await
    }
}

/// The order of this function *is* the order of the stack.
fn assemble(options: ProviderOptions, transport: HttpService) -> Shared {
    let each_call = RetryLayer::new(options.retry, Arc::clone(&options.clock))
        .then(EgressLayer::new(options.destinations))
        .then(AuditLayer::new(options.audit).redaction(options.audit_redaction))
        .then(InjectLayer::new(options.clock).preconnect(options.preconnect))
        .then(AttemptTimeoutLayer::new(options.attempt_timeout))
        .then(CollectLayer::new(options.max_body).oversized(options.oversized))
        .then(IdleLayer::new(options.idle_timeout))
        .over(Tower(transport));
    Shared::new(DeadlineLayer::new(options.timeout).over(Seam::new(each_call, &options.layers)))
}
