//! [`Keys`]: API keys, derived, rotated and ended with the key in use.

use std::time::Duration;

use alter_transport::BoxFuture;
use alter_types::{ApiKeyInfo, DeriveKeyRequest, KeyId, MintedKey, RotateKeyRequest, Surface};
use serde::Serialize;

use crate::{Error, Result, client::Client, error::value, ns::argument, operation};

/// The scope no derived key may have.
const MAY_DERIVE: &str = "keys:derive";

/// Longest time a replaced key goes on, in days.
const MAX_OVERLAP: u8 = 30;

/// Operations on API keys. From [`App::keys`](crate::App::keys) and [`Agent::keys`](crate::Agent::keys).
///
/// The vault shows a key once: in the answer that made it. It is a [`Secret`](crate::Secret), which no log line and
/// no error holds.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # let minted = serde_json::json!({ "id": "6e700000-0000-4000-8000-000000000001", "name": "job", "key_type": "dk",
/// #     "key_prefix": "alter_dk_abc", "scopes": ["grants:read"], "scope_version": 1,
/// #     "created_at": "2026-11-23T09:00:00Z", "api_key": "alter_dk_abc" });
/// # vault.on("POST /sdk/keys/derive").answers(minted.clone());
/// # vault.on("DELETE /sdk/keys/{id}").answers(minted);
/// # let app = vault.app();
/// use std::time::Duration;
///
/// let job = app.keys().derive(["grants:read"], Duration::from_secs(600)).name("nightly job").await?;
/// println!("{} {:?}", job.key_prefix, job.api_key); // alter_dk_abc Secret(…)
/// app.keys().revoke(&job.id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    client: &'a Client,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Makes a narrower key that ends by itself, for a job or another process. Await it. It may do no more than the
    /// key in use, and derive no further keys.
    ///
    /// Not repeatable: a key whose answer got lost ends with its lifetime.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) if there are no scopes, one is empty or `keys:derive`, or
    /// the lifetime is not whole seconds above 0, [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn derive<S: Into<String>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
        lifetime: Duration,
    ) -> DeriveKey<'a> {
        let request = DeriveKeyRequest::new(scopes.into_iter().map(Into::into).collect(), 0);
        DeriveKey { client: self.client, request, lifetime, mistake: None }
    }

    /// Replaces a key by a new one with the same rights. Await it. The old one goes on for a while, so that those who
    /// use it can change over.
    ///
    /// Not repeatable: if the answer is lost, so is the new key; rotate it in turn.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for an overlap of more than 30 days,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub fn rotate(&self, id: &KeyId) -> RotateKey<'a> {
        RotateKey { client: self.client, id: *id, request: RotateKeyRequest::default() }
    }

    /// Ends a key for good, and every key that was derived from it. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn revoke(&self, id: &KeyId) -> RevokeKey<'a> {
        RevokeKey { client: self.client, id: *id, force: false }
    }
}

/// A key to derive.
#[derive(Debug)]
#[must_use = "nothing is made until it is awaited"]
pub struct DeriveKey<'a> {
    client: &'a Client,
    request: DeriveKeyRequest,
    lifetime: Duration,
    mistake: Option<Error>,
}

impl DeriveKey<'_> {
    /// The networks it may be used from, such as `203.0.113.0/24`. Default: those of the key in use.
    pub fn cidr_allowlist<S: Into<String>>(mut self, networks: impl IntoIterator<Item = S>) -> Self {
        self.request.cidr_allowlist = Some(networks.into_iter().map(Into::into).collect());
        self
    }

    /// Its name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.request.name = Some(name.into());
        self
    }

    /// Notes of your own: anything that is a JSON object.
    pub fn metadata(mut self, notes: &(impl Serialize + ?Sized)) -> Self {
        match argument::object("metadata", notes) {
            Ok(notes) => self.request.metadata = Some(notes),
            Err(mistake) => self.mistake = Some(mistake),
        }
        self
    }

    fn check(&mut self) -> Result<()> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        let scopes = &self.request.scopes;
        if scopes.is_empty() || scopes.iter().any(String::is_empty) {
            return Err(value("scopes: expected at least one, and none empty"));
        }
        if scopes.iter().any(|scope| scope == MAY_DERIVE) {
            return Err(value("scopes: a derived key cannot derive further keys; leave out keys:derive"));
        }
        self.request.expires_in = argument::some_seconds("lifetime", self.lifetime)?;
        Ok(())
    }
}

impl<'a> IntoFuture for DeriveKey<'a> {
    type Output = Result<MintedKey>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            let cx = self.client.context(operation::DERIVE_KEY);
            self.client.post("/sdk/keys/derive", Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

/// A key to replace.
#[derive(Debug, Clone)]
#[must_use = "nothing is replaced until it is awaited"]
pub struct RotateKey<'a> {
    client: &'a Client,
    id: KeyId,
    request: RotateKeyRequest,
}

impl RotateKey<'_> {
    /// Days the old key goes on, 0 to 30. Default 7.
    pub fn overlap_days(mut self, days: u8) -> Self {
        self.request.overlap_days = days;
        self
    }
}

impl<'a> IntoFuture for RotateKey<'a> {
    type Output = Result<MintedKey>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self.request.overlap_days > MAX_OVERLAP {
                return Err(value("overlap: at most 30 days"));
            }
            let path = format!("/sdk/keys/{}/rotate", self.id);
            let cx = self.client.context(operation::ROTATE_KEY);
            self.client.post(&path, Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

/// A key to end.
#[derive(Debug, Clone)]
#[must_use = "nothing is revoked until it is awaited"]
pub struct RevokeKey<'a> {
    client: &'a Client,
    id: KeyId,
    force: bool,
}

impl RevokeKey<'_> {
    /// Even if it is the last one that works.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }
}

impl<'a> IntoFuture for RevokeKey<'a> {
    type Output = Result<ApiKeyInfo>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = format!("/sdk/keys/{}{}", self.id, if self.force { "?force=true" } else { "" });
            let cx = self.client.context(operation::REVOKE_KEY);
            self.client.delete(&path, Surface::Main, cx, None).await?.json()
        })
    }
}
