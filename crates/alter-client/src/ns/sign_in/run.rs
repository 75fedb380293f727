//! [`RunSignIn`]: a sign-in from its opening to its end, for a program without a page of its own.

use std::{fmt, time::Duration};

use alter_transport::BoxFuture;
use alter_types::AuthResult;

use super::{SignIn, wait::Patience};
use crate::{Result, client::Client};

/// A sign-in that is opened, shown, waited for and used. From [`SignIn::run`].
#[must_use = "no session is opened until it is awaited"]
pub struct RunSignIn<'a> {
    client: &'a Client,
    show: Box<dyn FnOnce(&str) + Send + 'a>,
    patience: Patience,
}

impl<'a> RunSignIn<'a> {
    pub(super) fn new(client: &'a Client, show: impl FnOnce(&str) + Send + 'a) -> Self {
        Self { client, show: Box::new(show), patience: Patience::default() }
    }

    /// How long to wait, as [`AwaitSignIn::within`](super::AwaitSignIn::within).
    pub fn within(mut self, limit: Duration) -> Self {
        self.patience.within = limit;
        self
    }

    /// The shortest time from one look to the next, as [`AwaitSignIn::every`](super::AwaitSignIn::every).
    pub fn every(mut self, pause: Duration) -> Self {
        self.patience.every = pause;
        self
    }
}

impl<'a> IntoFuture for RunSignIn<'a> {
    type Output = Result<AuthResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            drop(self.client.enter().await?);
            self.patience.check()?;
            let session = SignIn::new(self.client).open().await?;
            (self.show)(session.auth_url.expose());
            let result = self.patience.wait(self.client, session.session_token).await?;
            if self.client.view().user_tokens.sign_in(result.user_token.clone()) {
                tracing::warn!("the signed-in user takes the place of the client's source of user tokens");
            }
            Ok(result)
        })
    }
}

impl fmt::Debug for RunSignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunSignIn").field("patience", &self.patience).finish_non_exhaustive()
    }
}
