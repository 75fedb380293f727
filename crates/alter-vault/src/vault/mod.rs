//! [`Vault`]: the handle. Opening and closing are here; what operators do is in `operator`, what SDKs do in `sdk`.

mod agents;
mod approvals;
mod operator;
mod sdk;

use std::sync::Arc;

pub use agents::UpdateTerms;
use alter_auth::Random;
use alter_types::AppId;

use crate::{
    MasterKey, OpenError, VaultError, VaultOptions,
    seal::{DataKeys, KeyLookup, RootError, SealError, SealedRoot, SealingKey},
    store::{SealedDataKey, Store, sqlite::SqliteStore},
};

/// An open vault. Clones share it; the last one dropped stops its threads after everything queued is stored.
///
/// Whatever a method returns is on disk by then, its audit row included, and nothing acknowledged is lost when the
/// process dies. Futures may be dropped at any time: what was queued is still carried out and recorded.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("vault.db");
/// use alter_auth::SystemRandom;
/// use alter_types::Secret;
/// use alter_vault::{MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault, VaultOptions};
///
/// let master = MasterKey::generate(&SystemRandom::new())?;
/// let vault = Vault::open(VaultOptions::new(path), &master)?;
///
/// let app = vault.create_app("Weather bot").await?;
/// let (_, key) = vault.create_key(app.id, NewKey::runtime("backend", Scope::backend())).await?;
/// let hosts = vec!["api.weather.example".parse()?];
/// let secret = vault.create_secret(app.id, NewSecret::new("Weather", hosts, Secret::from("w-1"))).await?;
/// let grant = vault.create_grant(app.id, NewGrant::of(SecretRef::Id(secret.id))).await?;
/// println!("{} may use {} through {}", key.prefix(), secret.slug, grant.id);
/// vault.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Box<dyn Store>,
    key_lookup: KeyLookup,
    data_keys: DataKeys,
    random: Arc<dyn Random>,
}

impl Vault {
    /// Opens the vault at `options.path`, or founds one if there is no file. Brings an older schema up to date.
    ///
    /// Blocks while it reads and perhaps migrates the file; meant for the start of a program.
    ///
    /// # Errors
    /// [`OpenError`] says why in a sentence; an existing file is left as it was.
    pub fn open(options: VaultOptions, master: &MasterKey) -> Result<Self, OpenError> {
        let master_key = master.sealing_key();
        let founded =
            SealedRoot::new(&master_key, &*options.random).map_err(|_: SealError| OpenError::Random)?;
        let (store, root) = SqliteStore::open(&options, &founded)?;
        let key_lookup = recognise(&root, &master_key, &options)?;
        Ok(Self(Arc::new(Inner {
            store: Box::new(store),
            key_lookup,
            data_keys: DataKeys::new(master),
            random: options.random,
        })))
    }

    /// Stops taking work, stores everything queued, and returns when that is done. Later calls are refused as
    /// unavailable. Closing twice is harmless.
    pub async fn close(&self) {
        self.0.store.close().await;
    }

    /// Whether the vault can store something now: it commits a small write, as the next call would.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`] if it cannot.
    pub async fn ready(&self) -> Result<(), VaultError> {
        self.0.store.ready().await
    }

    /// The data key that seals what is new in `app`, with its id.
    async fn current_data_key(&self, app: AppId) -> Result<([u8; 16], Arc<SealingKey>), VaultError> {
        let stored = self.0.store.current_data_key(app).await?;
        let key = match self.0.data_keys.cached(&stored.id) {
            Some(key) => key,
            None => self.open_data_key(&stored)?,
        };
        Ok((stored.id, key))
    }

    /// The data key that sealed something.
    async fn data_key(&self, id: &[u8; 16]) -> Result<Arc<SealingKey>, VaultError> {
        match self.0.data_keys.cached(id) {
            Some(key) => Ok(key),
            None => Ok(self.open_data_key(&self.0.store.data_key(*id).await?)?),
        }
    }

    /// The opened form of a data key that was just read.
    fn open_data_key(&self, stored: &SealedDataKey) -> Result<Arc<SealingKey>, SealError> {
        self.0.data_keys.open(&stored.id, stored.app.as_bytes(), &stored.sealed)
    }
}

fn recognise(root: &SealedRoot, master: &SealingKey, options: &VaultOptions) -> Result<KeyLookup, OpenError> {
    root.open(master).map_err(|error| match error {
        RootError::WrongMasterKey => OpenError::WrongMasterKey { path: options.path.clone() },
        RootError::Damaged => OpenError::Corrupt {
            path: options.path.clone(),
            source: "the key of the API key hash does not open".into(),
        },
    })
}
