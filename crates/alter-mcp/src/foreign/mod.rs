//! [`ForeignServers`]: the MCP servers of others, and the guarded way to them.

mod client;
mod limit;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use alter_client::{
    ProvideUserToken,
    transport::{
        ConnectOptions, Destinations, HttpService, HttpTransport, Roots,
        layer::{EgressLayer, IdleLayer, egress::check_url},
    },
};
use http::Uri;
use rmcp::transport::{
    StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
};
use tower::ServiceBuilder;

pub use self::client::{ForeignClient, ForeignError};

/// Longest silence within an answer. A server that streams says at least something within this time.
const SILENCE: Duration = Duration::from_secs(300);
/// Name, TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(5);

/// The MCP servers an agent may call, by name, and the sockets to them.
///
/// What a server's address leads to is not under your control, and an agent calls it from within your network. So:
/// https only, no user name and no fragment in an address; every name is resolved here, its addresses are judged by
/// [`Destinations`] (the public internet, unless you allow more), and the connection goes to an address that was
/// judged, with TLS for the name; no redirects, no proxies from the environment, and only the addresses that were
/// [added](Self::add).
///
/// ```
/// use alter_client::transport::Destinations;
/// use alter_mcp::ForeignServers;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let servers = ForeignServers::new(Destinations::public_only())?
///     .add("issues", "https://mcp.example.com/mcp")?;
/// let transport = servers.transport("issues")?;
/// // `().serve(transport).await?` starts the session with rmcp.
/// # drop(transport);
/// assert!(servers.transport("another").is_err());
/// assert!(servers.add("metadata", "https://169.254.169.254/mcp").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ForeignServers {
    servers: BTreeMap<String, Arc<str>>,
    destinations: Destinations,
    sockets: HttpService,
    users: Option<Arc<dyn ProvideUserToken>>,
}

impl ForeignServers {
    /// No server yet; what is added has to be within `destinations`.
    ///
    /// # Errors
    /// [`ForeignError::Refused`] if the system's certificates cannot be used.
    pub fn new(destinations: Destinations) -> Result<Self, ForeignError> {
        Self::with_roots(destinations, Roots::system())
    }

    /// As [`new`](Self::new), trusting `roots`.
    ///
    /// # Errors
    /// [`ForeignError::Refused`] if one of the roots is not a certificate.
    pub fn with_roots(destinations: Destinations, roots: Roots) -> Result<Self, ForeignError> {
        let mut options = ConnectOptions::default();
        options.connect_timeout = CONNECT;
        options.destinations = Some(destinations.clone());
        options.roots = roots;
        let sockets = HttpTransport::shared(&options).map_err(ForeignError::Transport)?;
        let sockets = ServiceBuilder::new()
            .layer(EgressLayer::new(destinations.clone()))
            .layer(IdleLayer::new(SILENCE))
            .service(sockets);
        Ok(Self { servers: BTreeMap::new(), destinations, sockets: HttpService::new(sockets), users: None })
    }

    /// Adds a server.
    ///
    /// # Errors
    /// [`ForeignError::Refused`] if the address may not be called; names are judged when they are resolved, at each
    /// connection.
    pub fn add(&self, name: impl Into<String>, url: &str) -> Result<Self, ForeignError> {
        let refused = |why: &dyn fmt::Display| ForeignError::Refused(why.to_string());
        if url.contains('#') {
            return Err(refused(&"an MCP server's address has no fragment"));
        }
        let uri: Uri = url.parse().map_err(|_| refused(&"an MCP server's address is an absolute URL"))?;
        check_url(&uri, &self.destinations).map_err(|refusal| refused(&refusal))?;
        let mut servers = self.clone();
        servers.servers.insert(name.into(), url.into());
        Ok(servers)
    }

    /// Sends the token of the user a call is made for, as a bearer token. Where the source knows of
    /// [no user](alter_client::UserToken::NoUser), none is sent; where it fails, nothing is.
    #[must_use]
    pub fn user_tokens(mut self, source: impl ProvideUserToken) -> Self {
        self.users = Some(Arc::new(source));
        self
    }

    /// The transport of a session with the server `name`. It belongs to one session.
    ///
    /// # Errors
    /// [`ForeignError::UnknownServer`] if no server of that name was added.
    pub fn transport(
        &self,
        name: &str,
    ) -> Result<StreamableHttpClientTransport<ForeignClient>, ForeignError> {
        let url = self.servers.get(name).ok_or(ForeignError::UnknownServer)?;
        let client = ForeignClient::new(self.sockets.clone(), Arc::clone(url), self.users.clone());
        let config = StreamableHttpClientTransportConfig::with_uri(Arc::clone(url));
        Ok(StreamableHttpClientTransport::with_client(client, config))
    }
}

impl fmt::Debug for ForeignServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignServers").field("names", &self.servers.keys()).finish_non_exhaustive()
    }
}
