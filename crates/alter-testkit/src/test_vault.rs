//! [`TestVault`]: a real vault with its HTTP face on loopback, in this process, in a folder that goes away with it.

use std::{net::Ipv4Addr, path::Path, sync::Arc};

use alter_auth::{ApiKey, Clock, Random, SystemClock, SystemRandom};
use alter_client::{App, Builder, transport::Destinations};
use alter_server::{
    Server, ServerConfig, ServerState,
    vault::{
        AppRecord, AuditFilter, AuditRow, MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault,
        VaultOptions,
    },
};
use alter_types::{GrantId, Secret};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// A running vault with one application and one key of it.
///
/// Every method panics where a test cannot go on; none of them is for production code.
#[derive(Debug)]
pub struct TestVault {
    folder: TempDir,
    vault: Vault,
    app: AppRecord,
    key: ApiKey,
    base_url: String,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl TestVault {
    /// Starts a vault with the system's clock.
    pub async fn start() -> Self {
        Self::start_with(Arc::new(SystemClock), Arc::new(SystemRandom::new()), |_| {}).await
    }

    /// Starts a vault with a clock and randomness of the test's own, after `adjust` has changed its limits.
    ///
    /// # Panics
    /// If the vault cannot start.
    pub async fn start_with(
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        adjust: impl FnOnce(&mut ServerConfig),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let master = MasterKey::generate(&*random).expect("there is randomness");
        let options = VaultOptions::new(folder.path().join("vault.db"))
            .clock(Arc::clone(&clock))
            .random(Arc::clone(&random));
        let vault = Vault::open(options, &master).expect("the vault opens");
        let app = vault.create_app("test").await.expect("an application can be made");
        let (_, key) = vault
            .create_key(app.id, NewKey::runtime("test", Scope::backend()))
            .await
            .expect("a key can be made");

        let mut config = ServerConfig::default();
        config.egress.destinations = Destinations::public_only().allow_loopback();
        adjust(&mut config);
        let state = ServerState::new(vault.clone(), config, clock, &*random).expect("there is randomness");
        let server =
            Server::bind((Ipv4Addr::LOCALHOST, 0).into(), state).await.expect("a loopback port is free");
        let base_url = format!("http://{}", server.address());
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server.run(async move {
            let _ = stopped.await;
        }));
        Self { folder, vault, app, key, base_url, stop: Some(stop), server }
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The application's key.
    #[must_use]
    pub fn key(&self) -> &ApiKey {
        &self.key
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &AppRecord {
        &self.app
    }

    /// The vault behind the HTTP face, for what only an operator does.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The folder its files are in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An SDK client of this vault that may call providers on loopback.
    ///
    /// # Panics
    /// If the client cannot be built.
    #[must_use]
    pub fn client(&self) -> App {
        self.client_with(self.key.clone())
    }

    /// An SDK client with another key.
    ///
    /// # Panics
    /// If the client cannot be built.
    #[must_use]
    pub fn client_with(&self, key: ApiKey) -> App {
        self.builder_with(key).build().expect("a loopback base URL is valid")
    }

    /// Options for a client of this vault that may call providers on loopback.
    pub fn client_builder(&self) -> Builder {
        self.builder_with(self.key.clone())
    }

    fn builder_with(&self, key: ApiKey) -> Builder {
        App::builder(key).base_url(&self.base_url).destinations(Destinations::public_only().allow_loopback())
    }

    /// Stores `credential` for `host` and grants it to the application.
    ///
    /// # Panics
    /// If the vault refuses.
    pub async fn grant(&self, name: &str, host: &str, credential: Secret) -> GrantId {
        let hosts = vec![host.parse().expect("the host rule is valid")];
        let secret = NewSecret::new(name, hosts, credential);
        let secret = self.vault.create_secret(self.app.id, secret).await.expect("the secret is stored");
        let grant = NewGrant::of(SecretRef::Slug(secret.slug));
        self.vault.create_grant(self.app.id, grant).await.expect("the grant is made").id
    }

    /// The trail from its beginning, up to 1,000 rows.
    ///
    /// # Panics
    /// If it cannot be read.
    pub async fn audit(&self) -> Vec<AuditRow> {
        self.vault.audit(AuditFilter::since(0)).await.expect("the trail can be read")
    }

    /// Stops the server gracefully and closes the vault.
    ///
    /// # Panics
    /// If the server task panicked.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.server).await.expect("the server stops without a panic");
        self.vault.close().await;
    }
}
