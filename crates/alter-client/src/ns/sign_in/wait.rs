//! [`AwaitSignIn`]: the wait until somebody has signed in.

use std::time::Duration;

use alter_transport::BoxFuture;
use alter_types::{
    AuthPoll, AuthPollRequest, AuthResult, ErrorKind, Secret, Surface,
    error::{ClientError, ClientErrorKind},
};
use http::{Method, StatusCode};

use crate::{
    Error, Result,
    client::{Client, Message},
    error::value,
    operation,
    poll::{self, Ended, Look, Schedule, Turn, Watch},
};

/// A wait for a sign-in.
#[derive(Debug)]
#[must_use = "nothing is waited for until it is awaited"]
pub struct AwaitSignIn<'a> {
    client: &'a Client,
    session_token: Secret,
    pub(super) patience: Patience,
}

impl<'a> AwaitSignIn<'a> {
    pub(super) fn new(client: &'a Client, session_token: Secret) -> Self {
        Self { client, session_token, patience: Patience::default() }
    }

    /// How long to wait. Default 300 seconds. There is one last look when the time is up, which may take five seconds.
    pub fn within(mut self, limit: Duration) -> Self {
        self.patience.within = limit;
        self
    }

    /// The shortest time from one look to the next; one that the vault held back longer is followed by the next one at
    /// once. After failures the time grows. Default 2 seconds.
    pub fn every(mut self, pause: Duration) -> Self {
        self.patience.every = pause;
        self
    }
}

impl<'a> IntoFuture for AwaitSignIn<'a> {
    type Output = Result<AuthResult>;
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

/// How a sign-in is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) within: Duration,
    pub(super) every: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { within: poll::WITHIN, every: poll::EVERY }
    }
}

impl Patience {
    pub(super) fn check(self) -> Result<()> {
        poll::check(self.within, self.every)
    }

    pub(super) async fn wait(self, client: &Client, session_token: Secret) -> Result<AuthResult> {
        let mut schedule = Schedule::new(&session_token.expose());
        (schedule.within, schedule.every) = (self.within, self.every);
        let mut session = Session { client, session_token };
        poll::poll(client, &mut session, schedule).await.map_err(|ended| match ended {
            Ended::Failed(error) => error,
            Ended::TimeUp(trouble) => time_is_up(self.within, trouble),
        })
    }
}

/// A sign-in that is waited for.
struct Session<'a> {
    client: &'a Client,
    session_token: Secret,
}

impl Watch for Session<'_> {
    type Ready = AuthResult;

    async fn look(&mut self, turn: Turn) -> Result<Look<AuthResult>> {
        let wait = u32::try_from(turn.hold.as_millis()).unwrap_or(u32::MAX);
        let request = AuthPollRequest::new(self.session_token.clone(), wait);
        let message = Message::new(Method::POST, "/sdk/auth/poll").json(&request)?.held(turn.hold);
        let cx = self.client.context(operation::SIGN_IN_POLL);
        let answer = self.client.send(message, Surface::Main, cx, Some(turn.until)).await?;
        let answer = answer.only(StatusCode::OK)?;
        Ok(match AuthPoll::read(&answer.body) {
            Ok(AuthPoll::Completed(result)) => Look::Over(Ok(result)),
            Ok(AuthPoll::Expired) => Look::Over(Err(ClientError::new(ClientErrorKind::SignIn)
                .with_message("the sign-in session expired before anybody signed in; open a new one")
                .into())),
            Ok(_) => Look::NotYet,
            Err(error) => Look::Over(Err(answer.noted(error))),
        })
    }

    fn passes(&self, error: &Error) -> bool {
        if error.kind().is(ErrorKind::Network) {
            return true;
        }
        let is_lasting = error.kind() == ErrorKind::QuotaExceeded
            || matches!(error.code(), Some("identity_provider_inactive" | "identity_group_name_ambiguous"));
        let refused = [400, 401, 403, 404, 422];
        !is_lasting && error.status().is_some_and(|status| !refused.contains(&status))
    }
}

fn time_is_up(within: Duration, trouble: Option<Error>) -> Error {
    let waited = poll::seconds(within);
    let error = poll::timeout("poll_deadline_elapsed", within);
    let Some(cause) = trouble else {
        return error.with_message(format!("nobody signed in within {waited}")).into();
    };
    let why = match cause.status() {
        Some(status) => format!("the vault last answered with status {status}"),
        None => "the vault could not be reached".to_owned(),
    };
    let message = format!("nobody is known to have signed in within {waited}; {why}");
    error.with_message(message).with_source(cause).into()
}
