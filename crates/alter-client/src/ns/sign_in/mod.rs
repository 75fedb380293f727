//! [`SignIn`]: end users sign in at the application's identity provider, and their tokens are checked.

mod run;
mod verify;
mod wait;

use alter_types::{
    AuthSession, Secret, Surface,
    error::{ClientError, ClientErrorKind},
};
use http::StatusCode;
use serde_json::json;

pub use self::{run::RunSignIn, verify::TokenCheck, wait::AwaitSignIn};
use crate::{Result, client::Client, operation};

/// Signing end users in. From [`App::sign_in`](crate::App::sign_in).
///
/// A program on the user's own machine [runs](Self::run) the whole flow. One with a page of its own
/// [opens](Self::open) a session, sends the browser to its `auth_url`, and [waits](Self::wait).
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # vault.person_signs_in("a.user.jwt");
/// # let app = vault.app();
/// let session = app.sign_in().open().await?;
/// println!("<a href={:?}>Sign in</a>", session.auth_url.expose());
/// let person = app.sign_in().wait(&session).await?;
/// println!("hello {}", person.user_info["sub"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    client: &'a Client,
}

impl<'a> SignIn<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Opens a session. Nothing is shown, and the client stays as it is; the session can be kept and
    /// [waited for](Self::wait) later.
    ///
    /// # Errors
    /// [`Error::Connect`](crate::Error::Connect) if no identity provider is set up,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer,
    /// [`Error::Client`](crate::Error::Client) if it answers with another success than the protocol has, or the client
    /// is closed.
    pub async fn open(&self) -> Result<AuthSession> {
        let cx = self.client.context(operation::SIGN_IN_SESSION);
        let answer = self.client.post("/sdk/auth/session", Surface::Main, cx, None, &json!({})).await?;
        if answer.status != StatusCode::CREATED {
            let message =
                format!("no sign-in session was opened: the vault answered {}", answer.status.as_u16());
            return Err(ClientError::new(ClientErrorKind::SignIn).with_message(message).into());
        }
        answer.json()
    }

    /// Waits until somebody has signed in. Await it; the client stays as it is.
    ///
    /// The vault holds each poll back until something happens, for up to 25 seconds. A poll that fails is made again,
    /// unless the vault says that the request itself is wrong (400, 401, 403, 404, 422), a quota is used up or the
    /// identity provider is out of order.
    ///
    /// # Errors
    /// When awaited:
    /// * [`Error::Connect`](crate::Error::Connect) if the time of [`within`](AwaitSignIn::within) is up.
    /// * [`Error::Client`](crate::Error::Client) if the sign-in failed, its session expired or the client is closed.
    /// * [`Error::Backend`](crate::Error::Backend) if the vault refuses or identities cannot be synchronised.
    /// * [`Error::Value`](crate::Error::Value) if a time is zero.
    pub fn wait(&self, session: &AuthSession) -> AwaitSignIn<'a> {
        self.resume(session.session_token.clone())
    }

    /// Waits for a session of which only the token was kept. Await it.
    ///
    /// # Errors
    /// When awaited, as [`wait`](Self::wait).
    pub fn resume(&self, session_token: Secret) -> AwaitSignIn<'a> {
        AwaitSignIn::new(self.client, session_token)
    }

    /// Opens a session, hands its link to `show`, waits until the person has signed in, and from then on makes the
    /// calls of this client for that person. Await it.
    ///
    /// `show` gets the link the person has to open, as in [`OpenSession::run`](crate::OpenSession::run). The token takes
    /// the place of whatever [`Builder::user_tokens`](crate::Builder::user_tokens) said, for this client and its
    /// clones; clients derived from it keep what they have. It is not renewed: when it has expired, calls say so
    /// ([`Error::is_reauth_required`](crate::Error::is_reauth_required)).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.person_signs_in("a.user.jwt");
    /// # vault.on("GET https://api.example.com/me").answers(200);
    /// # let (app, grant) = (vault.app(), vault.grant());
    /// app.sign_in().run(alter_client::print_link).await?;
    /// app.grant(&grant).get("https://api.example.com/me").send().await?; // for the person who signed in
    /// # vault.saw("GET https://api.example.com/me").as_user("a.user.jwt").once();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited, as [`open`](Self::open) and [`wait`](Self::wait).
    pub fn run(&self, show: impl FnOnce(&str) + Send + 'a) -> RunSignIn<'a> {
        RunSignIn::new(self.client, show)
    }

    /// Whom a user token proves, according to the vault and its identity provider. It never fails; what is not
    /// [`Valid`](TokenCheck::Valid) must be rejected.
    ///
    /// A blank token is invalid without asking.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// use alter_client::{Secret, TokenCheck};
    /// # vault.on("POST /sdk/auth/verify-token").answers(serde_json::json!({ "sub": "user-42" }));
    /// # let (app, bearer) = (vault.app(), "a.user.jwt");
    ///
    /// let status = match app.sign_in().verify(&Secret::from(bearer)).await {
    ///     TokenCheck::Valid { subject } => {
    ///         println!("{subject} is here");
    ///         200
    ///     }
    ///     TokenCheck::Invalid => 401,
    ///     TokenCheck::Unknown(_) => 503,
    /// };
    /// assert_eq!(status, 200);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify(&self, token: &Secret) -> TokenCheck {
        verify::verify(self.client, token).await
    }
}
