//! [`AnyClient`]: an [`App`] or an [`Agent`], for code that serves both and is told which by the key.

use alter_auth::ApiKey;
use alter_types::{GrantId, ProviderId};

use crate::{
    Access, Agent, App, Builder, ByGrant, ByProvider, Close, OpenSession, Recovery, Result, Trace, env,
    error::configuration,
};

/// An application's or an agent's client. Cheap to clone, as either is.
///
/// Libraries and frameworks that only call providers take `impl Into<AnyClient>`, so that their users hand over what
/// they have. A program that is configured with a key of either kind builds one from the key:
///
/// ```
/// use alter_client::AnyClient;
///
/// let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
/// let client = AnyClient::builder(key).base_url("http://127.0.0.1:8787").build()?;
/// assert!(client.app().is_ok());
/// assert!(client.agent().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub enum AnyClient {
    /// An application's client.
    App(App),
    /// An agent's client.
    Agent(Agent),
}

impl AnyClient {
    /// The client that goes with this key, with every option at its default.
    ///
    /// # Errors
    /// As [`Builder::<AnyClient>::build`](Builder#method.build-2).
    pub fn new(key: ApiKey) -> Result<Self> {
        Self::builder(key).build()
    }

    /// The client that goes with the key in the environment variable `ALTER_API_KEY`.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the variable is unset or holds no API key, and as [`new`](Self::new).
    pub fn from_env() -> Result<Self> {
        Self::new(env::api_key()?)
    }

    /// Options for the client that goes with this key.
    pub fn builder(key: ApiKey) -> Builder<Self> {
        Builder::new(key)
    }

    /// Calls with one grant, by its id.
    pub fn grant(&self, id: &GrantId) -> Access<'_, ByGrant> {
        match self {
            Self::App(app) => app.grant(id),
            Self::Agent(agent) => agent.grant(id),
        }
    }

    /// Calls with the one grant that matches a provider; narrow it if there are several.
    pub fn provider(&self, id: &ProviderId) -> Access<'_, ByProvider> {
        match self {
            Self::App(app) => app.provider(id),
            Self::Agent(agent) => agent.provider(id),
        }
    }

    /// The application's client.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if it is an agent's.
    pub fn app(&self) -> Result<&App> {
        match self {
            Self::App(app) => Ok(app),
            Self::Agent(_) => Err(configuration(
                "this is an agent's client; an application's needs a key that starts with alter_rk_",
            )),
        }
    }

    /// The agent's client.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if it is an application's.
    pub fn agent(&self) -> Result<&Agent> {
        match self {
            Self::Agent(agent) => Ok(agent),
            Self::App(_) => Err(configuration(
                "this is an application's client; an agent's needs a key that starts with alter_ak_",
            )),
        }
    }

    /// A scope for the audit trail: everything done in it carries its labels.
    pub fn trace(&self) -> Trace<'_> {
        match self {
            Self::App(app) => app.trace(),
            Self::Agent(agent) => agent.trace(),
        }
    }

    /// The session that repairs an error, as [`Connect::recover`](crate::Connect::recover) opens it. Await it.
    pub fn recover(&self, from: Recovery) -> OpenSession<'_> {
        match self {
            Self::App(app) => app.connect().recover(from),
            Self::Agent(agent) => agent.connect().recover(from),
        }
    }

    /// Closes the client and all its clones, as [`App::close`] does.
    pub fn close(&self) -> Close<'_> {
        match self {
            Self::App(app) => app.close(),
            Self::Agent(agent) => agent.close(),
        }
    }
}

impl From<App> for AnyClient {
    fn from(app: App) -> Self {
        Self::App(app)
    }
}

impl From<&App> for AnyClient {
    fn from(app: &App) -> Self {
        Self::App(app.clone())
    }
}

impl From<Agent> for AnyClient {
    fn from(agent: Agent) -> Self {
        Self::Agent(agent)
    }
}

impl From<&Agent> for AnyClient {
    fn from(agent: &Agent) -> Self {
        Self::Agent(agent.clone())
    }
}

impl From<&Self> for AnyClient {
    fn from(client: &Self) -> Self {
        client.clone()
    }
}
