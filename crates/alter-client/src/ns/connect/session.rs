//! What the polls of one connect session add up to: pure, so that every way it can end is seen in one place.

use std::collections::BTreeSet;

use alter_types::{
    ConnectPoll, ConnectResult, DeclinedProvider,
    error::{ConnectError, ConnectErrorKind},
};

use crate::{Error, ErrorKind, poll};
use std::time::Duration;

/// What is known of a session that is waited for.
#[derive(Debug, Default)]
pub(super) struct Progress {
    was_pending: bool,
    declined: BTreeSet<String>,
}

/// What one poll means.
#[derive(Debug)]
pub(super) enum Step {
    /// It goes on; these providers were declined since.
    Pending(Vec<DeclinedProvider>),
    /// It is over.
    Over(Result<Vec<ConnectResult>, Error>),
}

impl Progress {
    pub(super) fn note(&mut self, poll: ConnectPoll, within: Duration) -> Step {
        match poll {
            ConnectPoll::Pending(mut declined) => {
                self.was_pending = true;
                declined.retain(|declined| self.declined.insert(declined.provider_id.clone()));
                Step::Pending(declined)
            }
            ConnectPoll::Completed(results) => Step::Over(Ok(results)),
            ConnectPoll::Error(failure) => Step::Over(Err(failure.into())),
            ConnectPoll::Expired if self.was_pending => {
                let error = self.timeout("session_expired", within);
                Step::Over(Err(error
                    .with_message("the session expired before the person finished; open a new one")
                    .into()))
            }
            ConnectPoll::Expired => Step::Over(Err(ConnectError::new(ConnectErrorKind::Other)
                .with_message("the session had expired or never was; open a new one")
                .into())),
            ConnectPoll::Unknown(status) => Step::Over(Err(ConnectError::new(ConnectErrorKind::Other)
                .with_message("the session has a status this release does not know")
                .with_detail("status", status)
                .into())),
            _ => Step::Pending(Vec::new()),
        }
    }

    /// The error of a wait whose time is up, and what its last polls failed with.
    pub(super) fn time_is_up(&self, within: Duration, trouble: Option<Error>) -> Error {
        let waited = poll::seconds(within);
        let Some(cause) = trouble else {
            let message = format!("nobody finished the connection within {waited}");
            return self.timeout("poll_deadline_elapsed", within).with_message(message).into();
        };
        let error = match (cause.kind(), cause.status()) {
            (ErrorKind::RateLimit, _) => {
                let message = format!("the vault asked for patience until the {waited} were over");
                let error = self.timeout("rate_limited", within).with_message(message);
                match cause.retry_after() {
                    Some(wait) => error.with_detail("retry_after", wait.as_secs()),
                    None => error,
                }
            }
            (_, Some(status)) => self.timeout("poll_deadline_elapsed", within).with_message(format!(
                "nobody is known to have finished within {waited}; the vault last answered with status {status}"
            )),
            (_, None) => self.timeout("poll_deadline_elapsed", within).with_message(format!(
                "nobody is known to have finished within {waited}; the vault could not be reached"
            )),
        };
        error.with_source(cause).into()
    }

    fn timeout(&self, reason: &str, within: Duration) -> ConnectError {
        let error = poll::timeout(reason, within);
        if self.declined.is_empty() {
            return error;
        }
        error.with_detail("declined_providers", self.declined.iter().cloned().collect::<Vec<_>>())
    }
}
