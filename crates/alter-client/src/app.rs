//! [`App`]: the application's client.

use std::{fmt, time::Duration};

use alter_auth::ApiKey;
use alter_types::{ActorId, AgentId, GrantId, ProviderId, RateLimitSnapshot};

use crate::{
    Access, Agent, Agents, Approvals, Builder, ByGrant, ByProvider, Close, Connect, Constraints, Grants,
    Identity, Keys, OAuthProviders, ProviderSpecs, Result, Scopes, SignIn, Spans, Trace, client::Client, env,
};

/// A client for one application. Cheap to clone, `Send + Sync`; clones share connections, identity and audit queue.
///
/// [`close`](Self::close) it when the program ends, so that the last audit rows arrive.
///
/// A handle or namespace keeps its client alive by borrowing it:
///
/// ```compile_fail,E0505
/// # fn example(app: alter_client::App) {
/// let grants = app.grants();
/// drop(app);
/// let page = grants.list();
/// # }
/// ```
///
/// What belongs to an agent alone is not a method of this client:
///
/// ```compile_fail,E0599
/// # fn example(app: &alter_client::App) {
/// app.me();
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # fn example(app: &alter_client::App, grant: &alter_client::GrantId, to: &alter_client::AgentId) {
/// app.delegate(grant, to);
/// # }
/// ```
#[derive(Clone)]
pub struct App {
    client: Client,
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
        Self::new(env::api_key()?)
    }

    /// Options for a client.
    pub fn builder(key: ApiKey) -> Builder<Self> {
        Builder::new(key)
    }

    pub(crate) fn from_client(client: Client) -> Self {
        Self { client }
    }

    /// Calls with one grant, by its id.
    pub fn grant(&self, id: &GrantId) -> Access<'_, ByGrant> {
        Access::by_grant(&self.client, id)
    }

    /// Calls with the one grant that matches a provider; narrow it if there are several.
    pub fn provider(&self, id: &ProviderId) -> Access<'_, ByProvider> {
        Access::by_provider(&self.client, id)
    }

    /// A client that may do less: `limits` apply to every call made with it, and are signed. It shares connections and
    /// audit queue with this one, and lives as long as anybody holds it. Closing it leaves this one open; closing this
    /// one closes it.
    ///
    /// Reports to the audit trail are not narrowed.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if a limit is not valid, or this client is constrained already;
    /// [`Error::Client`](crate::Error::Client) if it is closed.
    #[expect(clippy::needless_pass_by_value, reason = "limits are made for one view")]
    pub fn constrained(&self, limits: Constraints) -> Result<Self> {
        self.client.constrained(&limits).map(Self::from_client)
    }

    /// A client that makes calls in the name of one of the application's agents: with this client's key, connections,
    /// time limits and constraints, without its users. Nothing is sent here; an agent the vault does not know is an
    /// error of the first call.
    ///
    /// This is attribution, and not an agent's own access: the application's key reaches grants that were never
    /// delegated to the agent.
    #[must_use]
    pub fn acting_as(&self, id: &AgentId) -> Agent {
        Agent::from_client(self.client.acting_as(id))
    }

    /// A scope for the audit trail: everything done in it carries its labels. See [`Trace`].
    pub fn trace(&self) -> Trace<'_> {
        Trace::new(&self.client)
    }

    /// Grants as such: listed, made, ended.
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::new(&self.client)
    }

    /// Calls that wait for a person: how they stand, and the wait for their answer.
    #[must_use]
    pub fn approvals(&self) -> Approvals<'_> {
        Approvals::new(&self.client)
    }

    /// Sessions in which a person connects an account or enters a key.
    #[must_use]
    pub fn connect(&self) -> Connect<'_> {
        Connect::new(&self.client)
    }

    /// Signing end users in, and checking their tokens.
    #[must_use]
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn::new(&self.client)
    }

    /// The application's agents and their keys.
    #[must_use]
    pub fn agents(&self) -> Agents<'_> {
        Agents::new(&self.client)
    }

    /// API keys: derived, rotated, ended.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys::new(&self.client)
    }

    /// What an API key can be allowed.
    #[must_use]
    pub fn scopes(&self) -> Scopes<'_> {
        Scopes::new(&self.client)
    }

    /// The OAuth providers the vault knows.
    #[must_use]
    pub fn oauth_providers(&self) -> OAuthProviders<'_> {
        OAuthProviders::new(&self.client)
    }

    /// Descriptions of the providers' APIs.
    #[must_use]
    pub fn provider_specs(&self) -> ProviderSpecs<'_> {
        ProviderSpecs::new(&self.client)
    }

    /// Reports of this program about its own work.
    #[must_use]
    pub fn spans(&self) -> Spans<'_> {
        Spans::new(&self.client)
    }

    /// Who a call is about, resolved or signed for others.
    #[must_use]
    pub fn identity(&self) -> Identity<'_, Self> {
        Identity::new(&self.client)
    }

    /// The id under which the vault records this client's caller, once an answer named it.
    #[must_use]
    pub fn actor_id(&self) -> Option<ActorId> {
        self.client.actor_id()
    }

    /// The newest complete reading of the vault's rate limit, of whichever call was answered last; a call's own is in
    /// its [`CallMeta`](crate::CallMeta). `None` is "unknown", never "unlimited".
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimitSnapshot> {
        self.client.rate_limit()
    }

    /// Whether the vault said that this API key is being phased out. It still works, and should be replaced.
    #[must_use]
    pub fn is_key_deprecated(&self) -> bool {
        self.client.is_key_deprecated()
    }

    /// The vault's address.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.client.base_url()
    }

    /// Budget of a whole call that sets no other.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.client.timeout()
    }

    /// Closes the client with all its clones and views: refuses new calls, waits for those under way and for their
    /// audit rows. Called on a view it closes the view alone, whose rows are delivered in the background.
    /// Await it; [`within`](Close::within) sets how long it may take.
    pub fn close(&self) -> Close<'_> {
        Close::new(&self.client)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.describe("App", f)
    }
}
