//! [`AwaitSession`]: the wait until a person has finished a connect session.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use alter_transport::BoxFuture;
use alter_types::{ConnectPoll, ConnectPollRequest, ConnectResult, DeclinedProvider, Secret, Surface};

use super::session::{Progress, Step};
use crate::{
    Error, Result,
    client::Client,
    error::value,
    operation,
    poll::{self, Ended, Look, Schedule, Turn, Watch},
};

/// A wait for a connect session.
#[derive(Debug)]
#[must_use = "nothing is waited for until it is awaited"]
pub struct AwaitSession<'a> {
    client: &'a Client,
    session_token: Secret,
    patience: Patience<'a>,
}

impl<'a> AwaitSession<'a> {
    pub(super) fn new(client: &'a Client, session_token: Secret) -> Self {
        Self { client, session_token, patience: Patience::default() }
    }

    /// How long to wait. Default 300 seconds. There is one last look when the time is up, which may take five seconds.
    pub fn within(mut self, limit: Duration) -> Self {
        self.patience.within = limit;
        self
    }

    /// The shortest time from one look to the next. While nothing happens it grows, to twice as long after 15 looks and
    /// to four times as long after 30. Default 2 seconds.
    pub fn every(mut self, pause: Duration) -> Self {
        self.patience.every = pause;
        self
    }

    /// Is told once of each provider the person declines; others may still be connected in the same session. A panic
    /// in it is caught and does not end the wait.
    pub fn on_decline(mut self, listener: impl FnMut(&DeclinedProvider) + Send + 'a) -> Self {
        self.patience.on_decline = Some(Box::new(listener));
        self
    }
}

impl<'a> IntoFuture for AwaitSession<'a> {
    type Output = Result<Vec<ConnectResult>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            drop(self.client.enter().await?);
            if self.session_token.expose().trim().is_empty() {
                return Err(value("the session token must not be blank"));
            }
            self.patience.check()?;
            self.patience.wait(self.client, self.session_token).await
        })
    }
}

/// How a session is waited for.
pub(super) struct Patience<'a> {
    pub(super) within: Duration,
    pub(super) every: Duration,
    pub(super) on_decline: Option<Listener<'a>>,
}

pub(super) type Listener<'a> = Box<dyn FnMut(&DeclinedProvider) + Send + 'a>;

impl Default for Patience<'_> {
    fn default() -> Self {
        Self { within: poll::WITHIN, every: poll::EVERY, on_decline: None }
    }
}

impl Patience<'_> {
    pub(super) fn check(&self) -> Result<()> {
        poll::check(self.within, self.every)
    }

    pub(super) async fn wait(self, client: &Client, session_token: Secret) -> Result<Vec<ConnectResult>> {
        let mut schedule = Schedule::new(&session_token.expose());
        (schedule.within, schedule.every, schedule.held) = (self.within, self.every, false);
        let mut session = Session {
            client,
            request: ConnectPollRequest::new(session_token),
            progress: Progress::default(),
            patience: self,
        };
        poll::poll(client, &mut session, schedule).await.map_err(|ended| match ended {
            Ended::Failed(error) => error,
            Ended::TimeUp(trouble) => session.progress.time_is_up(session.patience.within, trouble),
        })
    }

    fn tell(&mut self, declined: &[DeclinedProvider]) {
        let Some(listener) = &mut self.on_decline else { return };
        for declined in declined {
            if catch_unwind(AssertUnwindSafe(|| listener(declined))).is_err() {
                tracing::warn!("the listener for declined providers panicked; the wait goes on");
            }
        }
    }
}

impl fmt::Debug for Patience<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience")
            .field("within", &self.within)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// A session that is waited for.
struct Session<'a, 'p> {
    client: &'a Client,
    request: ConnectPollRequest,
    progress: Progress,
    patience: Patience<'p>,
}

impl Watch for Session<'_, '_> {
    type Ready = Vec<ConnectResult>;

    async fn look(&mut self, turn: Turn) -> Result<Look<Self::Ready>> {
        let cx = self.client.context(operation::CONNECT_POLL);
        let path = "/sdk/oauth/connect/session/poll";
        let answer = self.client.post(path, Surface::Main, cx, Some(turn.until), &self.request).await?;
        let found = match ConnectPoll::read(&answer.body) {
            Ok(found) => found,
            Err(error) => return Ok(Look::Over(Err(answer.noted(error)))),
        };
        Ok(match self.progress.note(found, self.patience.within) {
            Step::Pending(declined) => {
                self.patience.tell(&declined);
                Look::NotYet
            }
            Step::Over(outcome) => Look::Over(outcome),
        })
    }

    fn passes(&self, error: &Error) -> bool {
        poll::passes(error, 500..=599)
    }
}
