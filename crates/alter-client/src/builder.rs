//! [`Builder`]: every option of a client. Required is an argument of [`App::builder`] and [`Agent::builder`].

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use alter_auth::{ApiKey, Clock, Random, Signer, SystemClock, SystemRandom};
use alter_transport::{
    Audit, AuditLimits, AuditQueue, BackendOptions, BackendPlane, BaseUrl, ConnectOptions, CustomLayer,
    CustomTransport, Destinations, HttpLayer, HttpService, HttpTransport, Identity, Preconnect,
    ProviderOptions, ProviderPlane, Retry, Roots,
};
use alter_types::{Caller, CallerType};

use crate::{
    Agent, App, Result,
    audit::VaultSink,
    client::{Client, Kind, View},
    core::Core,
    env,
    error::{configuration, value},
    gate::Gate,
};

/// Builds an [`App`] or an [`Agent`].
#[must_use = "a builder does nothing until `.build()`"]
pub struct Builder<T = App> {
    key: ApiKey,
    base_url: Option<String>,
    caller: Option<Result<Caller>>,
    caller_type: CallerType,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    idle_timeout: Duration,
    roots: Roots,
    destinations: Destinations,
    retry: Retry,
    audit: AuditLimits,
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
            timeout: Duration::from_secs(95),
            attempt_timeout: Duration::from_secs(90),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            roots: Roots::system(),
            destinations: Destinations::public_only(),
            retry: Retry::default(),
            audit: AuditLimits::default(),
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

    fn build_client(self, kind: Kind) -> Result<Client> {
        let base_url = self.resolve_base_url()?;
        let identity = Identity::new(self.caller.transpose()?);
        let mut options = BackendOptions::new(
            base_url,
            Signer::new(self.key),
            identity.clone(),
            Arc::clone(&self.clock),
            self.random,
        );
        options.timeout = self.timeout;
        options.attempt_timeout = self.attempt_timeout;
        options.idle_timeout = self.idle_timeout;
        options.retry = self.retry;
        options.call_layers = self.call_layers;
        options.attempt_layers = self.attempt_layers;
        let mut connect = ConnectOptions::default();
        connect.connect_timeout = self.connect_timeout;
        connect.roots = self.roots;
        let (sockets, _) = transport(self.backend_transport, &connect)?;
        let backend = BackendPlane::new(options, sockets);

        let audit = AuditQueue::new(VaultSink { backend: backend.clone() }, self.audit);
        let mut options = ProviderOptions::new(self.clock);
        options.destinations = self.destinations.clone();
        options.audit = Some(audit.clone());
        options.timeout = self.timeout;
        options.attempt_timeout = self.attempt_timeout;
        options.idle_timeout = self.idle_timeout;
        options.layers = self.provider_layers;
        connect.destinations = Some(self.destinations);
        let (sockets, preconnect) = transport(self.provider_transport, &connect)?;
        options.preconnect = preconnect;
        let provider = ProviderPlane::new(options, sockets);

        let core = Core { backend, provider, identity, audit, gate: Gate::open(), timeout: self.timeout };
        Ok(Client::new(core, View { kind, caller_type: self.caller_type }))
    }

    fn resolve_base_url(&self) -> Result<BaseUrl> {
        let text = match &self.base_url {
            Some(url) => Some(url.clone()),
            None => env::base_url()?,
        };
        let Some(text) = text else { return Ok(BaseUrl::hosted()) };
        let url: BaseUrl =
            text.parse().map_err(|error: alter_transport::BaseUrlError| configuration(error.to_string()))?;
        tracing::info!(host = url.host(), "using a vault other than the hosted one");
        Ok(url)
    }
}

impl Builder<App> {
    /// Who makes the calls, for the audit trail: a label, or a managed agent's id. Default: nobody.
    ///
    /// ```
    /// # use alter_client::{App, Caller};
    /// # fn example(key: alter_client::ApiKey) -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder(key).caller(Caller::service("billing")?).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn caller(mut self, caller: Caller) -> Self {
        self.caller_type = caller.kind();
        self.caller = Some(checked(caller));
        self
    }

    /// The type of callers that are named for [one call](crate::Call::caller). Default: that of
    /// [`caller`](Self::caller), and without one [`CallerType::Agent`].
    pub fn caller_type(mut self, kind: CallerType) -> Self {
        self.caller_type = kind;
        self
    }

    /// Makes the client. No connection is made yet; those that are will be shared with every client of this process
    /// that has the same time limits, roots and destinations.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the base URL, given or in the environment, is not valid;
    /// [`Error::Value`](crate::Error::Value) if the caller's label cannot travel.
    pub fn build(self) -> Result<App> {
        self.build_client(Kind::App).map(App::from_client)
    }
}

impl Builder<Agent> {
    /// Who makes the calls, for the audit trail: a label of 1 to 255 printable ASCII characters. Its type is
    /// [`CallerType::Agent`]. Default: nobody.
    pub fn caller(mut self, name: impl AsRef<str>) -> Self {
        let caller = Caller::agent(name.as_ref()).map_err(|error| value(error.to_string()));
        self.caller = Some(caller.and_then(checked));
        self
    }

    /// Makes the client, as [`Builder::<App>::build`](Builder#method.build) does.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the base URL, given or in the environment, is not valid;
    /// [`Error::Value`](crate::Error::Value) if the caller's label is not valid.
    pub fn build(self) -> Result<Agent> {
        self.build_client(Kind::Agent).map(Agent::from_client)
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

/// A label with a space at either end would be trimmed on the way, and its signature would not hold.
fn checked(caller: Caller) -> Result<Caller> {
    if caller.survives_http() {
        return Ok(caller);
    }
    Err(value("a caller's label must not begin or end with a space"))
}

/// The transport that was given, or the sockets of the process and what opens them ahead of time.
fn transport(
    given: Option<HttpService>,
    options: &ConnectOptions,
) -> Result<(HttpService, Option<Preconnect>)> {
    if let Some(service) = given {
        return Ok((service, None));
    }
    let sockets = HttpTransport::shared(options).map_err(|error| configuration(error.to_string()))?;
    let preconnect = sockets.preconnect();
    Ok((HttpService::new(sockets), Some(preconnect)))
}
