//! [`Builder`]: every option of a client. Required is an argument of [`App::builder`] and [`Agent::builder`].

mod assemble;
mod facade;

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use alter_auth::{ApiKey, Clock, Random, SystemClock, SystemRandom};
use alter_transport::{
    Audit, AuditLimits, AuditRedaction, AuditText, CustomLayer, CustomTransport, Destinations, HttpLayer,
    HttpService, OutgoingProxy, Retry, Roots,
};
use alter_types::{Caller, CallerType};

use crate::{
    App, ProvideTraceParent, ProvideUserToken, Result, env, trace_parent::TraceParents,
    user_token::UserTokens,
};

/// Builds an [`App`], an [`Agent`](crate::Agent), or whichever goes with the key ([`AnyClient`](crate::AnyClient)).
#[must_use = "a builder does nothing until `.build()`"]
pub struct Builder<T = App> {
    key: ApiKey,
    base_url: Option<String>,
    caller: Option<Result<Caller>>,
    caller_type: CallerType,
    user_tokens: Option<UserTokens>,
    trace_parents: TraceParents,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    idle_timeout: Duration,
    roots: Roots,
    destinations: Destinations,
    retry: Retry,
    audit: AuditLimits,
    audit_redaction: Option<AuditRedaction>,
    proxy: Option<OutgoingProxy>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    call_layers: Vec<HttpLayer>,
    attempt_layers: Vec<HttpLayer>,
    provider_layers: Vec<HttpLayer>,
    backend_transport: Option<HttpService>,
    provider_transport: Option<HttpService>,
    facade: PhantomData<fn() -> T>,
}

impl<T> Builder<T> {
    pub(crate) fn new(key: ApiKey) -> Self {
        Self {
            key,
            base_url: None,
            caller: None,
            caller_type: CallerType::Agent,
            user_tokens: None,
            trace_parents: TraceParents::default(),
            timeout: Duration::from_secs(95),
            attempt_timeout: Duration::from_secs(90),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            roots: Roots::system(),
            destinations: Destinations::public_only(),
            retry: Retry::default(),
            audit: AuditLimits::default(),
            audit_redaction: None,
            proxy: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom::new()),
            call_layers: Vec::new(),
            attempt_layers: Vec::new(),
            provider_layers: Vec::new(),
            backend_transport: None,
            provider_transport: None,
            facade: PhantomData,
        }
    }

    /// Where the vault is: https, or http to `localhost`, `127.0.0.1` or `[::1]`; a path prefix is kept. Default: the
    /// environment variable `ALTER_BASE_URL`, and without it the hosted vault.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Where the token of the end user comes from, for every operation that is made for a user and was not given one.
    /// It is asked for each; its failure fails the call. Default: calls are made for the application.
    pub fn user_tokens(mut self, source: impl ProvideUserToken) -> Self {
        self.user_tokens = Some(UserTokens::new(source));
        self
    }

    /// Which distributed trace a call belongs to (W3C Trace Context). It is sent to the vault as `traceparent`, also
    /// with calls that no custom layer sees, and never to a provider. Default: none is sent.
    ///
    /// With OpenTelemetry, whatever its version:
    ///
    /// ```text
    /// App::builder(key).trace_parents(|| {
    ///     let current = opentelemetry::Context::current();
    ///     let span = current.span().span_context().clone();
    ///     let flags = span.trace_flags().to_u8();
    ///     format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()).parse().ok()
    /// })
    /// ```
    pub fn trace_parents(mut self, source: impl ProvideTraceParent) -> Self {
        self.trace_parents = TraceParents::new(source);
        self
    }

    /// Budget of a whole call: every attempt, every wait between attempts and the retrieval of the credential.
    /// Default 95 seconds, a little more than the vault's own limit, so that its word on a time-out arrives.
    pub fn timeout(mut self, whole_call: Duration) -> Self {
        self.timeout = whole_call;
        self
    }

    /// Limit of one attempt. Default 90 seconds.
    pub fn attempt_timeout(mut self, one_attempt: Duration) -> Self {
        self.attempt_timeout = one_attempt;
        self
    }

    /// Limit for making one connection: name, TCP and TLS together. Default 10 seconds.
    pub fn connect_timeout(mut self, one_connection: Duration) -> Self {
        self.connect_timeout = one_connection;
        self
    }

    /// Longest silence within an answer while it arrives. Default 60 seconds.
    pub fn idle_timeout(mut self, silence: Duration) -> Self {
        self.idle_timeout = silence;
        self
    }

    /// Which certificate authorities are trusted, for the vault and for providers. Default: the system's.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// Where `.send()` may connect to. Default: the public internet, which leaves out this machine and private
    /// networks. It does not limit the vault's own calls in proxy mode.
    pub fn destinations(mut self, allowed: Destinations) -> Self {
        self.destinations = allowed;
        self
    }

    /// When calls to the vault are tried again. Default: [`Retry::default`]. Provider calls are never repeated.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// What calls do when their audit rows cannot be delivered. Default: [`Audit::BestEffort`].
    pub fn audit(mut self, audit: Audit) -> Self {
        self.audit.audit = audit;
        self
    }

    /// Bounds of the queue that carries audit rows. Default: [`AuditLimits::default`].
    pub fn audit_limits(mut self, limits: AuditLimits) -> Self {
        self.audit = limits;
        self
    }

    /// Lets `redact` see every header value and body that an audit row is about to show, and put something else in its
    /// place; `None` leaves the text as it is. Credentials are taken out before. See [`AuditRedaction`].
    pub fn audit_redaction(
        mut self,
        redact: impl Fn(&AuditText<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.audit_redaction = Some(AuditRedaction::new(redact));
        self
    }

    /// Connections to the vault and to providers leave through this HTTP proxy, in a tunnel with TLS from end to end.
    /// Default: none, whatever the environment says. See [`OutgoingProxy`] for what stays as it is and what does not.
    pub fn outgoing_proxy(mut self, proxy: OutgoingProxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Takes the outgoing proxy from the environment: `HTTPS_PROXY`, else `ALL_PROXY`, with the exceptions in `NO_PROXY`;
    /// each also in lower case. Without such a variable there is no proxy.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if a variable holds something else than the URL of an HTTP proxy.
    pub fn outgoing_proxy_from_env(mut self) -> Result<Self> {
        self.proxy = env::outgoing_proxy()?;
        Ok(self)
    }

    /// The clock of signatures, for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The source of nonces, for tests.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// A tower layer around each call to the vault whose answer holds no secret, before anything is signed. The
    /// first one added is outermost.
    pub fn call_layer(mut self, layer: impl CustomLayer) -> Self {
        self.call_layers.push(layer.erase());
        self
    }

    /// A tower layer around each attempt of such a call, before it is signed.
    pub fn attempt_layer(mut self, layer: impl CustomLayer) -> Self {
        self.attempt_layers.push(layer.erase());
        self
    }

    /// A tower layer around each call to a provider, free of credentials.
    pub fn provider_layer(mut self, layer: impl CustomLayer) -> Self {
        self.provider_layers.push(layer.erase());
        self
    }

    /// Replaces the sockets to the vault. It sees signed requests and the credentials in answers: it must be
    /// trusted.
    pub fn danger_backend_transport(mut self, service: impl CustomTransport) -> Self {
        self.backend_transport = Some(service.erase());
        self
    }

    /// Replaces the sockets to providers. It sees live credentials, and host names are not judged by their
    /// addresses any more: it must be trusted.
    pub fn danger_provider_transport(mut self, service: impl CustomTransport) -> Self {
        self.provider_transport = Some(service.erase());
        self
    }
}

impl<T> fmt::Debug for Builder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("key", &self.key)
            .field("base_url", &self.base_url.as_ref().map(|_| "…"))
            .field("caller", &self.caller)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("audit", &self.audit)
            .finish_non_exhaustive()
    }
}
