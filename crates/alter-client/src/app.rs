//! [`App`]: the application's client.

use std::{fmt, sync::Arc, time::Duration};

use alter_auth::{ApiKey, KeyError};
use alter_types::{ActorId, AddressedGrant, GrantId, ProviderAddress, ProviderId, RateLimitSnapshot};

use crate::{
    Access, Builder, ByGrant, ByProvider, Close, Grants, Result,
    core::{Core, Shared},
    env,
    error::configuration,
};

/// A client for one application. Cheap to clone, `Send + Sync`; clones share connections, identity and audit queue.
///
/// [`close`](Self::close) it when the program ends, so that the last audit rows arrive.
#[derive(Clone)]
pub struct App {
    core: Shared,
}

impl App {
    /// A client with every option at its default.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if `ALTER_BASE_URL` is set and not valid.
    pub fn new(key: ApiKey) -> Result<Self> {
        Self::builder(key).build()
    }

    /// A client with the API key in the environment variable `ALTER_API_KEY`.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the variable is unset or holds no API key, or if `ALTER_BASE_URL`
    /// is not valid.
    pub fn from_env() -> Result<Self> {
        let key = env::api_key()?.parse().map_err(|error: KeyError| configuration(error.to_string()))?;
        Self::new(key)
    }

    /// Options for a client.
    pub fn builder(key: ApiKey) -> Builder {
        Builder::new(key)
    }

    pub(crate) fn from_core(core: Core) -> Self {
        Self { core: Arc::new(core) }
    }

    /// Calls with one grant, by its id.
    pub fn grant(&self, id: &GrantId) -> Access<'_, ByGrant> {
        Access::new(&self.core, AddressedGrant::Grant(*id))
    }

    /// Calls with the one grant that matches a provider; narrow it if there are several.
    pub fn provider(&self, id: &ProviderId) -> Access<'_, ByProvider> {
        Access::new(&self.core, AddressedGrant::Provider(ProviderAddress::new(id.clone())))
    }

    /// Grants as such: list and revoke.
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::new(&self.core)
    }

    /// The id under which the vault records this client's caller, once an answer named it.
    #[must_use]
    pub fn actor_id(&self) -> Option<ActorId> {
        self.core.identity.actor_id()?.parse().ok()
    }

    /// The newest complete reading of the vault's rate limit, of whichever call was answered last; a call's own is in
    /// its [`CallMeta`](crate::CallMeta). `None` is "unknown", never "unlimited".
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimitSnapshot> {
        self.core.backend.standing().rate_limit()
    }

    /// Whether the vault said that this API key is being phased out. It still works, and should be replaced.
    #[must_use]
    pub fn is_key_deprecated(&self) -> bool {
        self.core.backend.standing().is_key_deprecated()
    }

    /// The vault's address.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.core.backend.base_url().to_string()
    }

    /// Budget of a whole call that sets no other.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.core.timeout
    }

    /// Closes the client and all its clones: refuses new calls, waits for those under way and for their audit rows.
    /// Await it; [`within`](Close::within) sets how long it may take.
    pub fn close(&self) -> Close<'_> {
        Close::new(&self.core)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("base_url", self.core.backend.base_url())
            .field("identity", &self.core.identity)
            .field("closed", &self.core.gate.is_closed())
            .finish_non_exhaustive()
    }
}
