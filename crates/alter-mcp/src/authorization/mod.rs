//! [`AuthorizationServer`]: an OAuth authorisation server for an MCP server, whose users sign in at the application's
//! identity provider by way of the vault.
//!
//! It does what MCP clients look for: metadata (RFC 8414, RFC 9728), registration of clients (RFC 7591), the
//! authorisation code flow with PKCE (OAuth 2.1), rotation of refresh tokens and revocation (RFC 7009).
//!
//! | | lives |
//! |---|---|
//! | a sign-in that was begun | 10 minutes |
//! | an authorisation code | 5 minutes, from the moment somebody signed in; it is good for one exchange |
//! | an access token | 1 hour, and never longer than the user's JWT |
//! | a refresh token | 24 hours, never longer than the user's JWT; each use makes a new pair |
//! | a client without a live token | 24 hours |
//!
//! Everything is in the memory of one process, tokens as their hashes; at most 10,000 clients, 10,000 sign-ins and
//! 100,000 pairs of tokens are kept, and what would be more is refused rather than something live forgotten.

mod page;
mod redirect;
mod routes;
mod store;
mod token;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use alter_client::{
    App, Clock, Random, Result, Secret, UserToken,
    auth::{SystemClock, SystemRandom},
    types::error::ValueError,
};
use axum::{
    Router,
    extract::{FromRequestParts as _, Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use url::Url;

use self::store::Store;

/// An authorisation server. Cheap to clone; clones are the same server.
///
/// ```
/// use alter_client::App;
/// use alter_mcp::AuthorizationServer;
/// use axum::{Router, routing::post};
///
/// # fn example(app: &App) -> alter_client::Result<()> {
/// let authorization = AuthorizationServer::new(app, "https://mcp.example.com")?;
/// // In place of this route: the service of rmcp's streamable HTTP transport.
/// let mcp: Router = Router::new().route("/mcp", post(|| async { "…" }));
/// let router = authorization.protect(mcp).merge(authorization.router());
/// # drop(router);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthorizationServer(Arc<Inner>);

struct Inner {
    app: App,
    /// Without a slash at its end.
    base_url: String,
    store: Mutex<Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl AuthorizationServer {
    /// A server that is reached at `base_url`: https, or http on this machine. Users sign in through `app`.
    ///
    /// # Errors
    /// [`Error::Value`](alter_client::Error::Value) if the URL is not such a one, or has more than a path.
    pub fn new(app: &App, base_url: &str) -> Result<Self> {
        Self::with(app, base_url, Arc::new(SystemClock), Arc::new(SystemRandom::new()))
    }

    /// As [`new`](Self::new), with a clock and randomness of your own, for tests.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with(app: &App, base_url: &str, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self> {
        let base_url = check_base(base_url)?;
        let store = Mutex::new(Store::default());
        Ok(Self(Arc::new(Inner { app: app.clone(), base_url, store, clock, random })))
    }

    /// The routes: `/.well-known/…`, `/register`, `/authorize`, `/bridge/…`, `/token` and `/revoke`, to be merged at
    /// the root of the base URL.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }

    /// Lets only requests with an access token through to `router`, and puts the [`UserToken`] of its user among their
    /// extensions, where [`McpCall`](crate::McpCall) finds it. Others are answered with 401 and where to sign in.
    pub fn protect<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        router.layer(middleware::from_fn_with_state(self.clone(), only_signed_in))
    }

    /// The user's JWT behind an access token that is still good.
    #[must_use]
    pub fn user_of(&self, access_token: &str) -> Option<Secret> {
        self.store().user_of(access_token, self.now())
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.0.clock.now().0
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.base_url)
    }
}

fn check_base(text: &str) -> Result<String> {
    let wrong =
        || ValueError::argument("the base URL is https, or http on this machine, and nothing beside a path");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let plain = url.username().is_empty() && url.password().is_none();
    let bare = url.query().is_none() && url.fragment().is_none() && url.has_host();
    if !(url.scheme() == "https" || (url.scheme() == "http" && here)) || !plain || !bare {
        return Err(wrong().into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

async fn only_signed_in(State(server): State<AuthorizationServer>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let bearer = alter_axum::Bearer::from_request_parts(&mut parts, &()).await;
    let error = match bearer {
        Ok(alter_axum::Bearer(token)) => match server.user_of(token.expose()) {
            Some(jwt) => {
                parts.extensions.insert(UserToken::from(jwt));
                // The token was for this server alone.
                parts.headers.remove(http::header::AUTHORIZATION);
                return next.run(Request::from_parts(parts, body)).await;
            }
            None => ", error=\"invalid_token\"",
        },
        Err(_) => "",
    };
    let metadata = server.url("/.well-known/oauth-protected-resource");
    let challenge = format!("Bearer resource_metadata=\"{metadata}\"{error}");
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer").field("base_url", &self.0.base_url).finish_non_exhaustive()
    }
}
