//! [`ProvideUserToken`]: where the token of the end user comes from when a call names none.

use std::{
    convert::Infallible,
    fmt,
    future::ready,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use alter_transport::{BoxError, BoxFuture};
use alter_types::{
    Secret,
    error::{ClientError, ClientErrorKind},
};

use crate::{Error, Result, error::value};

/// A source of user tokens. See [`Builder::user_tokens`](crate::Builder::user_tokens).
///
/// Implemented for closures that return a future of a [`Secret`] or a [`UserToken`]:
///
/// ```
/// use alter_client::{App, Secret};
///
/// async fn token_of_the_session() -> Result<Secret, std::io::Error> {
///     # Ok(Secret::from("e.f.g"))
///     // …from the session of the request that is being served
/// }
///
/// # fn example(key: alter_client::ApiKey) -> alter_client::Result<()> {
/// let app = App::builder(key).user_tokens(token_of_the_session).build()?;
/// # Ok(())
/// # }
/// ```
pub trait ProvideUserToken: Send + Sync + 'static {
    /// The token of the user this call is made for. Asked for every call that needs one; keep it as long as it is
    /// valid if fetching it is slow.
    ///
    /// An error, an empty token or no answer in time fails the call: it is never made without the user instead. What
    /// the error says is not passed on, because it may hold the token.
    fn user_token(&self) -> BoxFuture<'_, Result<UserToken, BoxError>>;
}

/// Whom a call is made for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UserToken {
    /// For the user this JWT identifies.
    Jwt(Secret),
    /// Knowingly for no user: the application calls for itself.
    NoUser,
}

impl From<Secret> for UserToken {
    fn from(jwt: Secret) -> Self {
        Self::Jwt(jwt)
    }
}

impl<F, Fut, T, E> ProvideUserToken for F
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    T: Into<UserToken>,
    E: Into<BoxError>,
{
    fn user_token(&self) -> BoxFuture<'_, Result<UserToken, BoxError>> {
        let answer = self();
        Box::pin(async move { answer.await.map(Into::into).map_err(Into::into) })
    }
}

/// A source, asked under a time limit, whose failures say nothing of what it said.
#[derive(Clone)]
pub(crate) struct UserTokens(Arc<dyn ProvideUserToken>);

impl UserTokens {
    pub(crate) fn new(source: impl ProvideUserToken) -> Self {
        Self(Arc::new(source))
    }

    pub(crate) async fn ask(&self, within: Duration) -> Result<Option<Secret>> {
        let answer = tokio::time::timeout(within, self.0.user_token()).await;
        match answer {
            Ok(Ok(UserToken::NoUser)) => Ok(None),
            Ok(Ok(UserToken::Jwt(jwt))) if is_empty(&jwt) => {
                Err(failed("the source of user tokens returned an empty token"))
            }
            Ok(Ok(UserToken::Jwt(jwt))) => Ok(Some(jwt)),
            Ok(Err(_)) => Err(failed("the source of user tokens failed; nothing was sent without a user")),
            Err(_) => Err(failed("the source of user tokens did not answer in time")),
        }
    }
}

/// The source a client has: the one it was built with, or the user who signed in since. A clone goes its own way.
#[derive(Debug)]
pub(crate) struct Source(RwLock<Option<UserTokens>>);

impl Source {
    pub(crate) fn new(source: Option<UserTokens>) -> Self {
        Self(RwLock::new(source))
    }

    pub(crate) fn current(&self) -> Option<UserTokens> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Names this user from now on. Says whether that takes the place of another source.
    pub(crate) fn sign_in(&self, jwt: Secret) -> bool {
        let user = UserTokens::new(move || ready(Ok::<_, Infallible>(jwt.clone())));
        self.0.write().unwrap_or_else(PoisonError::into_inner).replace(user).is_some()
    }
}

impl Clone for Source {
    fn clone(&self) -> Self {
        Self::new(self.current())
    }
}

/// A token a caller handed over.
pub(crate) fn check(explicit: &Secret) -> Result<()> {
    if is_empty(explicit) { Err(value("the user token must not be empty")) } else { Ok(()) }
}

fn is_empty(jwt: &Secret) -> bool {
    jwt.expose().is_empty()
}

fn failed(message: &'static str) -> Error {
    ClientError::new(ClientErrorKind::UserToken).with_message(message).unsent().into()
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserTokens(…)")
    }
}
