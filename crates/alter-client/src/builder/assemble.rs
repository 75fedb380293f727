//! What a [`Builder`] does in the end: it makes the planes and the core, and says what it finds odd.

use std::sync::{Arc, OnceLock};

use alter_auth::{ApiKey, KeyKind, Signer};
use alter_transport::{
    AuditQueue, BackendOptions, BackendPlane, BaseUrl, ConnectOptions, HttpService, HttpTransport, Identity,
    Preconnect, ProviderOptions, ProviderPlane,
};

use super::Builder;
use crate::{
    Result,
    audit::VaultSink,
    client::Client,
    core::Core,
    env,
    error::configuration,
    gate::Gate,
    ns::CatalogCache,
    view::{Kind, View},
};

impl<T> Builder<T> {
    pub(super) fn assemble(mut self, kind: Kind) -> Result<Client> {
        let caller = self.caller.take().transpose()?;
        let base_url = self.resolve_base_url()?;
        notice(&self.key, kind);
        let random = Arc::clone(&self.random);
        let identity = Identity::new(caller);
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
        connect.proxy = self.proxy;
        let (sockets, _) = transport(self.backend_transport, &connect)?;
        let backend = BackendPlane::new(options, sockets);

        let audit = AuditQueue::new(VaultSink { backend: backend.clone() }, self.audit);
        let mut options = ProviderOptions::new(self.clock);
        options.destinations = self.destinations.clone();
        options.audit = Some(audit.clone());
        options.audit_redaction = self.audit_redaction;
        options.timeout = self.timeout;
        options.attempt_timeout = self.attempt_timeout;
        options.idle_timeout = self.idle_timeout;
        options.layers = self.provider_layers;
        connect.destinations = Some(self.destinations);
        let (sockets, preconnect) = transport(self.provider_transport, &connect)?;
        options.preconnect = preconnect;
        let provider = ProviderPlane::new(options, sockets);

        let core = Core {
            backend,
            provider,
            identity,
            audit,
            gate: Gate::open(),
            timeout: self.timeout,
            random,
            trace_parents: self.trace_parents,
            oauth_providers: CatalogCache::default(),
            local_name: OnceLock::new(),
        };
        Ok(Client::new(core, View::whole(kind, self.caller_type, self.user_tokens)))
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
        if !url.is_https() {
            tracing::warn!(host = url.host(), "the vault is called over plain http; that is for development");
        }
        Ok(url)
    }
}

/// Says what a key was probably not meant for. The vault decides what it may do.
fn notice(key: &ApiKey, kind: Kind) {
    match (key.kind(), kind) {
        (KeyKind::Publishable, _) => {
            tracing::warn!("this is a publishable key, made for browsers; a server uses a secret one");
        }
        (KeyKind::Runtime, Kind::Agent) => {
            tracing::warn!(
                "an agent's client was given an application's key; `App::acting_as` attributes its calls"
            );
        }
        (KeyKind::Agent, Kind::App) => {
            tracing::warn!("an application's client was given an agent's key; `Agent` is the client for it");
        }
        _ => {}
    }
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
