//! [`Identity`]: who a call is about, answered by the vault or signed by it for others.

use std::{fmt, marker::PhantomData, time::Duration};

use alter_transport::BoxFuture;
use alter_types::{
    AssertIdentityRequest, IdentityAssertion, IdentityContext, ResolveIdentityRequest, Secret, Surface,
    Timestamp, VerifiedIdentity,
};

use crate::{Agent, App, Result, client::Client, error::value, ns::argument, operation};

/// Longest user token, in characters.
const MAX_USER_TOKEN: usize = 8_192;

/// Longest audience, in characters.
const MAX_AUDIENCE: usize = 512;

/// Shortest and longest life of an assertion, in seconds.
const LIFETIME: std::ops::RangeInclusive<i64> = 10..=300;

/// Who a call is about. From [`App::identity`] and [`Agent::identity`]; `Of` is the one it came from.
///
/// What the vault answers is a [`VerifiedIdentity`]: the one kind of identity that memory can be kept for (crate
/// `alter-memory`). To prove it to another program, [`assert`](Self::assert) it; that program verifies it offline
/// with [`AssertionVerifier`](alter_auth::identity::AssertionVerifier).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # let ann = serde_json::json!({ "app_id": "app-1", "agent_id": "bot-7", "app_user_id": "u-42", "user_status": "active" });
/// # vault.on("POST /sdk/identity/resolve").answers(ann.clone());
/// # vault.on("POST /sdk/identity/assert").answers(serde_json::json!({ "token": "a.b.c", "expires_at": "2026-11-23T09:00:00Z", "identity": ann }));
/// # let agent = vault.agent();
/// let identity = agent.identity().resolve().app_user("u-42").await?;
/// assert_eq!(identity.user_status.as_deref(), Some("active"));
///
/// let proof = agent.identity().assert("https://memory.example").app_user("u-42").await?;
/// println!("good until {}", proof.expires_at);
/// # Ok(())
/// # }
/// ```
pub struct Identity<'a, Of> {
    client: &'a Client,
    of: PhantomData<fn() -> Of>,
}

impl<'a, Of> Identity<'a, Of> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, of: PhantomData }
    }

    fn request(&self, asks_source: bool) -> ResolveIdentity<'a, Of> {
        let request = ResolveIdentityRequest::default();
        ResolveIdentity { client: self.client, request, asks_source, of: PhantomData }
    }
}

impl<'a> Identity<'a, App> {
    /// Who a call of this application is about. Await it. Without [`as_user`](ResolveIdentity::as_user) it is the
    /// user of the client's user-token source, if it has one.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a user token that is empty or longer than 8192
    /// characters, [`Error::Client`](crate::Error::Client) if the user-token source fails,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, with
    /// [`ErrorKind::ReAuthRequired`](crate::ErrorKind::ReAuthRequired) if the user has to sign in again,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn resolve(&self) -> ResolveIdentity<'a, App> {
        self.request(true)
    }

    /// The same, signed by the vault for one audience: a URI, such as the address of a memory service. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for an audience that is no URI or longer than 512
    /// characters, or a life outside 10 to 300 whole seconds; otherwise as [`resolve`](Self::resolve).
    pub fn assert(&self, audience: impl Into<String>) -> AssertIdentity<'a, App> {
        AssertIdentity { resolve: self.request(true), audience: audience.into(), lifetime: None }
    }
}

impl<'a> Identity<'a, Agent> {
    /// Who a call of this agent is about. Await it. It is about a user only if one is named, by
    /// [`as_user`](ResolveIdentity::as_user) or [`app_user`](ResolveIdentity::app_user): a user-token source is not
    /// asked.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a user or user token that is empty or longer than 8192
    /// characters, [`Error::Backend`](crate::Error::Backend) if the vault refuses, with
    /// [`ErrorKind::ReAuthRequired`](crate::ErrorKind::ReAuthRequired) if the user has to sign in again,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn resolve(&self) -> ResolveIdentity<'a, Agent> {
        self.request(false)
    }

    /// The same, signed by the vault for one audience: a URI, such as the address of a memory service. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for an audience that is no URI or longer than 512
    /// characters, or a life outside 10 to 300 whole seconds; otherwise as [`resolve`](Self::resolve).
    pub fn assert(&self, audience: impl Into<String>) -> AssertIdentity<'a, Agent> {
        AssertIdentity { resolve: self.request(false), audience: audience.into(), lifetime: None }
    }
}

impl<Of> Clone for Identity<'_, Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Of> Copy for Identity<'_, Of> {}

impl<Of> fmt::Debug for Identity<'_, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// An identity to ask for.
///
/// An application names a user by the user's own token only:
///
/// ```compile_fail
/// # fn example(app: &alter_client::App) {
/// app.identity().resolve().app_user("u-42");
/// # }
/// ```
#[must_use = "nothing is asked for until it is awaited"]
pub struct ResolveIdentity<'a, Of> {
    client: &'a Client,
    request: ResolveIdentityRequest,
    /// Whether the client's user-token source is asked if no user is named.
    asks_source: bool,
    of: PhantomData<fn() -> Of>,
}

impl<Of> ResolveIdentity<'_, Of> {
    /// Of the end user this JWT identifies.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.request.user_token = Some(jwt);
        self
    }

    /// With e-mail address and display name, as far as the vault knows them.
    pub fn include_profile(mut self) -> Self {
        self.request.include_profile = true;
        self
    }
}

impl ResolveIdentity<'_, Agent> {
    /// Of the application's user with this id, who has delegated something to the agent.
    pub fn app_user(mut self, id: impl Into<String>) -> Self {
        self.request.app_user_id = Some(id.into());
        self
    }
}

impl<'a, Of> ResolveIdentity<'a, Of> {
    /// What is sent, once it is known to be well-formed.
    async fn checked(self) -> Result<(&'a Client, ResolveIdentityRequest)> {
        let Self { client, mut request, asks_source, .. } = self;
        if let Some(user) = &request.app_user_id {
            argument::filled("app user", user)?;
        }
        check_user_token(request.user_token.as_ref())?;
        if asks_source {
            request.user_token = client.user_token(request.user_token.as_ref()).await?;
            check_user_token(request.user_token.as_ref())?;
        }
        Ok((client, request))
    }

    async fn run(self) -> Result<VerifiedIdentity> {
        let (client, request) = self.checked().await?;
        let cx = client.context(operation::RESOLVE_IDENTITY);
        let answer = client.post("/sdk/identity/resolve", Surface::Main, cx, None, &request).await?;
        Ok(VerifiedIdentity::vouch_for_answer(answer.json::<IdentityContext>()?))
    }
}

fn check_user_token(jwt: Option<&Secret>) -> Result<()> {
    let fits =
        |jwt: &Secret| (1..=MAX_USER_TOKEN).contains(&jwt.expose().chars().take(MAX_USER_TOKEN + 1).count());
    if jwt.is_none_or(fits) { Ok(()) } else { Err(value("user token: expected 1 to 8192 characters")) }
}

impl<'a, Of: 'static> IntoFuture for ResolveIdentity<'a, Of> {
    type Output = Result<VerifiedIdentity>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<Of> fmt::Debug for ResolveIdentity<'_, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolveIdentity").field("request", &self.request).finish_non_exhaustive()
    }
}

/// An assertion to ask for.
#[must_use = "nothing is asked for until it is awaited"]
pub struct AssertIdentity<'a, Of> {
    resolve: ResolveIdentity<'a, Of>,
    audience: String,
    lifetime: Option<Duration>,
}

/// An identity with the token that proves it to its audience.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Assertion {
    /// The token, to be handed to the audience and to nobody else.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it says.
    pub identity: VerifiedIdentity,
}

impl<Of> AssertIdentity<'_, Of> {
    /// Of the end user this JWT identifies.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.resolve = self.resolve.as_user(jwt);
        self
    }

    /// With e-mail address and display name, as far as the vault knows them.
    pub fn include_profile(mut self) -> Self {
        self.resolve = self.resolve.include_profile();
        self
    }

    /// How long it is good: 10 to 300 whole seconds. Default: the vault's, normally 120 seconds.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

impl AssertIdentity<'_, Agent> {
    /// Of the application's user with this id, who has delegated something to the agent.
    pub fn app_user(mut self, id: impl Into<String>) -> Self {
        self.resolve = self.resolve.app_user(id);
        self
    }
}

impl<Of> AssertIdentity<'_, Of> {
    async fn run(self) -> Result<Assertion> {
        let Self { resolve, audience, lifetime } = self;
        if audience.chars().take(MAX_AUDIENCE + 1).count() > MAX_AUDIENCE || !has_scheme(&audience) {
            return Err(value(
                "audience: expected a URI of at most 512 characters, such as https://memory.example",
            ));
        }
        let ttl = lifetime.map(|lifetime| match argument::whole_seconds("lifetime", lifetime)? {
            seconds if LIFETIME.contains(&seconds) => Ok(seconds as u32),
            _ => Err(value("lifetime: expected 10 to 300 seconds")),
        });
        let ttl = ttl.transpose()?;
        let (client, identity) = resolve.checked().await?;
        let mut request = AssertIdentityRequest::new(identity, audience);
        request.ttl_seconds = ttl;
        let cx = client.context(operation::ASSERT_IDENTITY);
        let answer = client.post("/sdk/identity/assert", Surface::Main, cx, None, &request).await?;
        let IdentityAssertion { token, expires_at, identity, .. } = answer.json()?;
        let identity = VerifiedIdentity::vouch_for_assertion(identity, expires_at);
        Ok(Assertion { token, expires_at, identity })
    }
}

impl<'a, Of: 'static> IntoFuture for AssertIdentity<'a, Of> {
    type Output = Result<Assertion>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Whether a text begins like a URI (RFC 3986, 3.1).
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        let follows = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(follows)
    })
}

impl<Of> fmt::Debug for AssertIdentity<'_, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertIdentity")
            .field("resolve", &self.resolve)
            .field("audience", &self.audience)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}
