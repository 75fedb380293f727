//! [`OAuthProviders`]: the OAuth providers a vault knows, kept for a while.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use alter_transport::{BoxFuture, Deadline};
use alter_types::{
    OAuthProviderCatalog, Surface,
    error::{NetworkError, NetworkKind},
};
use http::Method;
use tokio::time::{Instant, timeout_at};

use crate::{
    Result,
    client::{Client, Message},
    operation,
};

/// How long a catalogue is good.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// The scope that a key or view needs for it.
const SCOPE: &str = "providers:read";

/// The OAuth providers a vault knows. From [`App::oauth_providers`](crate::App::oauth_providers) and
/// [`Agent::oauth_providers`](crate::Agent::oauth_providers).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # vault.on("GET /sdk/oauth/provider-catalog").answers(serde_json::json!({ "providers": {} }));
/// # let app = vault.app();
/// let catalog = app.oauth_providers().list().await?;
/// println!("{:?}", catalog.default_scopes("google"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OAuthProviders<'a> {
    client: &'a Client,
}

impl<'a> OAuthProviders<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Every active provider with its scopes. Await it.
    ///
    /// The answer is kept for 300 seconds, for all clones and views of the client; calls that come together while
    /// there is none wait for one answer. An error is not kept. A view whose scopes leave out `providers:read` gets
    /// nothing that was kept for others.
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn list(&self) -> ListOAuthProviders<'a> {
        ListOAuthProviders { client: self.client, refresh: false }
    }
}

/// The catalogue to ask for.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListOAuthProviders<'a> {
    client: &'a Client,
    refresh: bool,
}

impl ListOAuthProviders<'_> {
    /// Asks the vault even if there is a recent answer. Nothing that was asked for before this call will do.
    pub fn force_refresh(mut self) -> Self {
        self.refresh = true;
        self
    }

    async fn run(self) -> Result<Arc<OAuthProviderCatalog>> {
        let _place = self.client.enter().await?;
        let deadline = Deadline::after(self.client.timeout());
        let called_at = Instant::now();
        let good =
            |kept: &Kept| kept.asked_at > called_at || !self.refresh && kept.asked_at.elapsed() < KEPT_FOR;
        if !self.may_share() {
            return self.ask(deadline).await.map(Arc::new);
        }
        let cache = &self.client.core().oauth_providers;
        if let Some(catalog) = cache.find(good) {
            return Ok(catalog);
        }
        let flight = timeout_at(deadline.0, cache.flight.lock()).await.map_err(|_| too_late())?;
        if let Some(catalog) = cache.find(good) {
            return Ok(catalog);
        }
        let asked_at = Instant::now();
        let catalog = Arc::new(self.ask(deadline).await?);
        cache.keep(Kept { asked_at, catalog: Arc::clone(&catalog) });
        drop(flight);
        Ok(catalog)
    }

    /// What is kept was asked for with the rights of the whole client: a narrower view gets it only if the vault would
    /// let it ask.
    fn may_share(&self) -> bool {
        let narrowing = self.client.view().narrowing.as_ref();
        let scopes = narrowing.and_then(|narrowing| narrowing.scopes.as_deref());
        scopes.is_none_or(|scopes| scopes.split(',').any(|scope| scope == SCOPE))
    }

    async fn ask(&self, deadline: Deadline) -> Result<OAuthProviderCatalog> {
        let message = Message::new(Method::GET, "/sdk/oauth/provider-catalog");
        let cx = self.client.context(operation::LIST_OAUTH_PROVIDERS);
        self.client.send_within(message, Surface::Main, cx, Some(deadline)).await?.json()
    }
}

impl<'a> IntoFuture for ListOAuthProviders<'a> {
    type Output = Result<Arc<OAuthProviderCatalog>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

fn too_late() -> crate::Error {
    NetworkError::new(NetworkKind::Timeout)
        .with_message("the vault did not answer the calls for the provider catalogue before this one in time")
        .unsent()
        .into()
}

/// The last catalogue, for everybody who shares a core.
#[derive(Debug, Default)]
pub(crate) struct CatalogCache {
    last: Mutex<Option<Kept>>,
    /// Held by the one that asks.
    flight: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Kept {
    asked_at: Instant,
    catalog: Arc<OAuthProviderCatalog>,
}

impl CatalogCache {
    fn find(&self, good: impl Fn(&Kept) -> bool) -> Option<Arc<OAuthProviderCatalog>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|kept| good(kept)).map(|kept| Arc::clone(&kept.catalog))
    }

    fn keep(&self, kept: Kept) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}
