//! [`RunSession`]: a connect session from its opening to its end, for a program without a page of its own.

use std::{fmt, time::Duration};

use alter_transport::BoxFuture;
use alter_types::{ConnectResult, DeclinedProvider};

use super::{OpenSession, wait::Patience};
use crate::Result;

/// A connect session that is opened, shown and waited for. From [`OpenSession::run`].
#[must_use = "no session is opened until it is awaited"]
pub struct RunSession<'a> {
    session: OpenSession<'a>,
    show: Box<dyn FnOnce(&str) + Send + 'a>,
    patience: Patience<'a>,
}

impl<'a> RunSession<'a> {
    pub(super) fn new(session: OpenSession<'a>, show: impl FnOnce(&str) + Send + 'a) -> Self {
        Self { session, show: Box::new(show), patience: Patience::default() }
    }

    /// How long to wait, as [`AwaitSession::within`](super::AwaitSession::within).
    pub fn within(mut self, limit: Duration) -> Self {
        self.patience.within = limit;
        self
    }

    /// The shortest time from one look to the next, as [`AwaitSession::every`](super::AwaitSession::every).
    pub fn every(mut self, pause: Duration) -> Self {
        self.patience.every = pause;
        self
    }

    /// Is told of declined providers, as [`AwaitSession::on_decline`](super::AwaitSession::on_decline).
    pub fn on_decline(mut self, listener: impl FnMut(&DeclinedProvider) + Send + 'a) -> Self {
        self.patience.on_decline = Some(Box::new(listener));
        self
    }
}

impl<'a> IntoFuture for RunSession<'a> {
    type Output = Result<Vec<ConnectResult>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let client = self.session.client;
            drop(client.enter().await?);
            self.session.check()?;
            self.patience.check()?;
            let session = self.session.opened().await?;
            (self.show)(session.connect_url.expose());
            self.patience.wait(client, session.session_token).await
        })
    }
}

impl fmt::Debug for RunSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunSession")
            .field("session", &self.session)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
