//! [`Connect`]: sessions in which a person connects an account or enters a key, and the wait for them.

mod managed_secret;
mod managed_secret_answer;
mod open;
mod run;
mod session;
mod wait;

use std::{fmt, marker::PhantomData};

use alter_types::{
    ConnectSession, ConnectSessionRequest, GrantId, ManagedSecretConnectSessionRequest, ProviderId, Recovery,
    Secret,
};

pub use self::{managed_secret::OpenManagedSecret, open::OpenSession, run::RunSession, wait::AwaitSession};
use crate::{App, client::Client, error::value};

/// Connect sessions. From [`App::connect`](crate::App::connect) and [`Agent::connect`](crate::Agent::connect).
///
/// A session is opened here, finished by a person in a browser, and waited for here:
///
/// | step | with your own page | on this machine |
/// |---|---|---|
/// | open | [`open`](Self::open), [`recover`](Self::recover) | the same |
/// | show | the session's `connect_url`, in your page | [`run`](OpenSession::run) |
/// | wait | [`wait`](Self::wait), or your page is told | `run` |
///
/// Without a user token a grant belongs to the application; with one ([`as_user`](OpenSession::as_user), or the
/// client's source of tokens) it is bound to that user.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # vault.person_connects("github", &vault.grant());
/// # let app = vault.app();
/// let session = app.connect().open(&["github"]).allowed_origin("https://app.example.com").await?;
/// println!("<a href={:?}>Connect GitHub</a>", session.connect_url.expose());
/// let connected = app.connect().wait(&session).await?;
/// println!("grant {} for {}", connected[0].grant_id, connected[0].provider_id);
/// # Ok(())
/// # }
/// ```
pub struct Connect<'a, T = App> {
    client: &'a Client,
    facade: PhantomData<fn() -> T>,
}

impl<'a, T> Connect<'a, T> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, facade: PhantomData }
    }

    /// A session in which a person connects one of `providers`, which are [`ProviderId`]s or plain names. Await it. Naming
    /// one provider skips the choice.
    ///
    /// # Errors
    /// When awaited:
    /// * [`Error::Value`](crate::Error::Value) if no provider is named, a name is blank or options contradict each other;
    ///   nothing was sent.
    /// * [`Error::Connect`](crate::Error::Connect) if the application is not set up for this: its
    ///   [`details`](crate::Error::details) say what is missing.
    /// * [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    ///   [`Error::Network`](crate::Error::Network) if it does not answer,
    ///   [`Error::Client`](crate::Error::Client) if there is no user token or the client is closed.
    pub fn open<P: AsRef<str>>(&self, providers: &[P]) -> OpenSession<'a> {
        let request = ConnectSessionRequest::default();
        OpenSession::new(self.client, request).providers(providers)
    }

    /// A session in which a person connects any provider the application has. Await it.
    ///
    /// # Errors
    /// When awaited, as [`open`](Self::open).
    pub fn open_any(&self) -> OpenSession<'a> {
        OpenSession::new(self.client, ConnectSessionRequest::default())
    }

    /// The session that repairs an error, from [`Error::recovery`](crate::Error::recovery). Await it.
    ///
    /// It asks for the provider the error names, for the agent it names, and after a revoked credential for the repair
    /// of that grant; if the vault does not know that grant any more, for a new one. A repair keeps the grant's id, a
    /// new connection makes one: read it from the result of [`wait`](Self::wait).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # use alter_client::types::ErrorCode;
    /// # let missing = alter_testkit::Refusal::from(ErrorCode::GRANT_NOT_FOUND).with("provider_id", "github");
    /// # vault.on("GET https://api.github.com/user").refuses(missing);
    /// # vault.person_connects("github", &vault.grant());
    /// # let (app, github) = (vault.app(), "github".parse().unwrap());
    /// let error = app.provider(&github).get("https://api.github.com/user").send().await.unwrap_err();
    /// if let Some(recovery) = error.recovery() {
    ///     let session = app.connect().recover(recovery).await?;
    ///     println!("<a href={:?}>Connect GitHub</a>", session.connect_url.expose());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited, as [`open`](Self::open).
    pub fn recover(&self, from: Recovery) -> OpenSession<'a> {
        let request = ConnectSessionRequest::for_provider(from.provider_id);
        let mut session = OpenSession::new(self.client, request);
        if let Some(agent) = from.agent_id {
            session = session.agent(agent);
        }
        match from.repair_grant_id.as_deref().map(str::parse::<GrantId>) {
            None => session,
            Some(Ok(grant)) => session.repair(&grant).or_anew(),
            Some(Err(_)) => session.mistaken(value("the grant to repair is not named by a UUID")),
        }
    }

    /// Waits until a session is finished. Await it.
    ///
    /// At first the vault is asked every two seconds ([`every`](AwaitSession::every)), and less often while nothing
    /// happens. A poll that fails because the vault cannot be reached, fails (500 and above) or asks for patience (429)
    /// is made again.
    ///
    /// # Errors
    /// When awaited:
    /// * [`Error::Connect`](crate::Error::Connect) if the person refused, the setup is wrong, every provider failed,
    ///   the session expired or the time of [`within`](AwaitSession::within) is up; `details` say which.
    /// * [`Error::Value`](crate::Error::Value) if a time is zero.
    /// * [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    ///   [`Error::Client`](crate::Error::Client) once the client is closed.
    pub fn wait(&self, session: &ConnectSession) -> AwaitSession<'a> {
        self.resume(session.session_token.clone())
    }

    /// Waits for a session of which only the token was kept. Await it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.person_connects("github", &vault.grant());
    /// # let app = vault.app();
    /// # let kept = app.connect().open(&["github"]).await?.session_token;
    /// let connected = app.connect().resume(kept).on_decline(|it| println!("not {}", it.provider_id)).await?;
    /// assert_eq!(connected[0].provider_id, "github");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited, as [`wait`](Self::wait).
    pub fn resume(&self, session_token: Secret) -> AwaitSession<'a> {
        AwaitSession::new(self.client, session_token)
    }

    /// A session in which the user that `user_token` (a JWT) proves enters a key for the managed secret `provider`, or
    /// confirms its use. Await it.
    ///
    /// There is nothing to wait for here: the vault reports the outcome to the browser, which tells the page that
    /// embeds the flow or goes to the return URL.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("POST /sdk/managed-secrets/connect/session").answers(serde_json::json!({
    /// #     "session_token": "t", "connect_url": "https://vault.example.com/connect#t", "expires_in": 600,
    /// #     "expires_at": "2030-01-01T00:00:00Z", "path": "key_entry", "secret_slug": "acme-api",
    /// # }));
    /// # let (app, acme, user) = (vault.app(), "acme-api".parse().unwrap(), alter_client::Secret::from("a.user.jwt"));
    /// let back = "https://app.example.com/connected";
    /// let session = app.connect().managed_secret(&acme, user).return_url(back).await?;
    /// println!("<a href={:?}>Enter your key</a>", session.connect_url.expose());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited:
    /// * [`Error::Value`](crate::Error::Value) if `provider` is not the slug of a managed secret (1 to 50 of `a-z`,
    ///   `0-9` and `-`), the token is empty or options contradict each other; nothing was sent.
    /// * [`Error::Connect`](crate::Error::Connect) if the managed secret does not exist or is not set up for this.
    /// * [`Error::Backend`](crate::Error::Backend) if the vault refuses, does not know this grant to repair, or is too
    ///   old for what is asked of it ([`ServerFeatureUnsupported`](crate::ErrorKind::ServerFeatureUnsupported)).
    /// * [`Error::Network`](crate::Error::Network) if it does not answer,
    ///   [`Error::Client`](crate::Error::Client) once the client is closed.
    pub fn managed_secret(&self, provider: &ProviderId, user_token: Secret) -> OpenManagedSecret<'a, T> {
        let request = ManagedSecretConnectSessionRequest::new(provider.as_str(), user_token);
        OpenManagedSecret::new(self.client, request)
    }

    /// As [`managed_secret`](Self::managed_secret), for the managed secret that was made from a template.
    ///
    /// # Errors
    /// When awaited, as [`managed_secret`](Self::managed_secret).
    #[deprecated = "name the managed secret by its own slug: `managed_secret(provider, user_token)`"]
    pub fn managed_secret_of_template(&self, template: &str, user_token: Secret) -> OpenManagedSecret<'a, T> {
        let mut request = ManagedSecretConnectSessionRequest::new("", user_token);
        request.provider = None;
        request.template_slug = Some(template.to_ascii_lowercase());
        OpenManagedSecret::new(self.client, request)
    }
}

impl<T> Clone for Connect<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Connect<'_, T> {}

impl<T> fmt::Debug for Connect<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("client", &self.client).finish()
    }
}
