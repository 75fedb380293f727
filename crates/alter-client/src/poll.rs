//! The poll engine: asks again until there is an answer, the time is up, or asking makes no sense any more.
//!
//! Every wait of this crate runs on it. *What* is asked and *which* failures pass is the [`Watch`]'s to say; *when* is
//! decided here: never beyond the deadline, not before the moment the vault asked to wait for, and without a pause
//! after an answer that was held back.

use std::{
    future::{Future, poll_fn},
    hash::{DefaultHasher, Hash, Hasher as _},
    pin::pin,
    task::Poll,
    time::Duration,
};

use alter_transport::Deadline;
use alter_types::error::{ConnectError, ConnectErrorKind};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    Error, ErrorKind, Result,
    client::Client,
    error::{closed, value},
};

/// How long a wait takes that says nothing else.
pub(crate) const WITHIN: Duration = Duration::from_secs(300);
/// Shortest time from one look to the next.
pub(crate) const EVERY: Duration = Duration::from_secs(2);
/// Longest the vault is asked to hold an answer back.
const HOLD: Duration = Duration::from_secs(25);
/// What an answer may take beyond the time it is held back.
pub(crate) const BUFFER: Duration = Duration::from_secs(15);
/// What a look that began in time may take beyond the deadline, where that is allowed at all.
const GRACE: Duration = Duration::from_secs(5);
/// Longest pause after failures that come without advice, unless looks are further apart anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Something that is looked at until it is over.
pub(crate) trait Watch: Send {
    /// What it yields.
    type Ready: Send;

    /// Looks once. An error is a look that failed, not an end of what is watched.
    fn look(&mut self, turn: Turn) -> impl Future<Output = Result<Look<Self::Ready>>> + Send;

    /// Whether looking again may work after a look that failed so.
    fn passes(&self, error: &Error) -> bool;
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Look<T> {
    /// It goes on.
    NotYet,
    /// It is over, well or badly.
    Over(Result<T>),
}

/// The time one look has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    /// How long the vault may hold its answer back; zero asks for an answer at once.
    pub(crate) hold: Duration,
    /// When the look has to be over.
    pub(crate) until: Deadline,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The time is up, and this is what the last looks failed with, if they did.
    TimeUp(Option<Error>),
    /// It ended badly, or looking again would not help.
    Failed(Error),
}

/// When to look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// How long to go on.
    pub(crate) within: Duration,
    /// Shortest time from one look to the next.
    pub(crate) every: Duration,
    /// Whether the vault holds answers back. Where it does not, looks get rarer while nothing happens.
    pub(crate) held: bool,
    /// Whether to look once more at the moment the time is up.
    pub(crate) last_look: bool,
    /// Spreads those who wait for different things.
    seed: u64,
}

impl Schedule {
    pub(crate) fn new(watched: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        watched.hash(&mut hasher);
        Self { within: WITHIN, every: EVERY, held: true, last_look: true, seed: hasher.finish() }
    }

    fn turn(&self, now: Instant, left: Duration) -> Turn {
        let hold = if self.held { left.min(HOLD) } else { Duration::ZERO };
        let end = if self.last_look { left + GRACE } else { left };
        Turn { hold, until: Deadline(now + (hold + BUFFER).min(end)) }
    }

    /// The pause after look number `looks`, which took `took` and found nothing new.
    fn pause(&self, looks: u32, took: Duration) -> Duration {
        if self.held {
            return self.every.saturating_sub(took);
        }
        let pause = match looks {
            ..=15 => self.every,
            16..=30 => self.spread(self.every.saturating_mul(2), looks),
            _ => self.spread(self.every.saturating_mul(4), looks),
        };
        pause.saturating_sub(took)
    }

    /// The pause after the `failures`-th look in a row that failed, when the vault asked to wait for `advised`.
    fn pause_after_failure(&self, failures: u32, advised: Option<Duration>) -> Duration {
        let doubled = self.every.saturating_mul(1 << (failures - 1).min(8)).min(LONGEST_PAUSE);
        self.spread(doubled.max(self.every), failures).max(advised.unwrap_or_default())
    }

    /// Up to a fifth longer, differently for each thing watched and each time.
    fn spread(&self, pause: Duration, time: u32) -> Duration {
        let mut hasher = DefaultHasher::new();
        (self.seed, time).hash(&mut hasher);
        let [fraction, ..] = hasher.finish().to_be_bytes();
        pause.saturating_add((pause / (5 * 255)).saturating_mul(fraction.into()))
    }
}

/// Looks until there is an answer, or the client is closed.
pub(crate) async fn poll<W: Watch>(
    client: &Client,
    watch: &mut W,
    schedule: Schedule,
) -> Result<W::Ready, Ended> {
    let mut closing = pin!(client.until_closed());
    let mut looking = pin!(look(watch, schedule));
    poll_fn(|cx| match closing.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(Err(Ended::Failed(closed()))),
        Poll::Pending => looking.as_mut().poll(cx),
    })
    .await
}

async fn look<W: Watch>(watch: &mut W, schedule: Schedule) -> Result<W::Ready, Ended> {
    let mut now = Instant::now();
    let deadline = Deadline(now + schedule.within.min(Duration::from_secs(365 * 24 * 3600)));
    let (mut looks, mut failures, mut trouble) = (0, 0, None);
    loop {
        let left = deadline.0.saturating_duration_since(now);
        if left.is_zero() && !schedule.last_look {
            return Err(Ended::TimeUp(trouble));
        }
        looks += 1;
        let found = watch.look(schedule.turn(now, left)).await;
        let left = deadline.remaining();
        let pause = match found {
            Ok(Look::Over(outcome)) => return outcome.map_err(Ended::Failed),
            Ok(Look::NotYet) => {
                (failures, trouble) = (0, None);
                schedule.pause(looks, now.elapsed())
            }
            Err(error) if !watch.passes(&error) => return Err(Ended::Failed(error)),
            // Cut off by the deadline itself: that is no trouble of the vault's.
            Err(error) if left.is_zero() && error.kind() == ErrorKind::Timeout => Duration::ZERO,
            Err(error) => {
                failures += 1;
                tracing::warn!(error = %error.kind(), status = error.status(), "a poll failed; polling on");
                let pause = schedule.pause_after_failure(failures, error.retry_after());
                trouble = Some(error);
                pause
            }
        };
        if left.is_zero() {
            return Err(Ended::TimeUp(trouble));
        }
        sleep(pause.min(left)).await;
        now = Instant::now();
    }
}

/// Whether the vault may answer next time: it could not be reached, asked for patience, or answered one of `statuses`.
pub(crate) fn passes(error: &Error, statuses: std::ops::RangeInclusive<u16>) -> bool {
    let kind = error.kind();
    kind.is(ErrorKind::Network)
        || kind == ErrorKind::RateLimit
        || (error.is_backend() && error.status().is_some_and(|status| statuses.contains(&status)))
}

/// How long an answer may take that the vault was asked to hold back for `wait`.
pub(crate) fn answer_time(wait: Duration) -> Duration {
    held(wait) + BUFFER
}

/// How long the vault holds an answer back that it was asked to hold back for `wait`.
pub(crate) fn held(wait: Duration) -> Duration {
    wait.min(HOLD)
}

/// A time for people: `5 s`, `0.25 s`.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// The times of a wait that looks at least once.
pub(crate) fn check(within: Duration, every: Duration) -> Result<()> {
    if within.is_zero() || every.is_zero() {
        return Err(value("the time to wait and the time between two polls have to be longer than zero"));
    }
    Ok(())
}

/// The error of a flow that a person did not finish in time.
pub(crate) fn timeout(reason: &str, within: Duration) -> ConnectError {
    let seconds = within.as_secs_f64();
    let whole = if within.subsec_nanos() == 0 { within.as_secs().into() } else { Value::from(seconds) };
    ConnectError::new(ConnectErrorKind::Timeout).with_detail("timeout", whole).with_detail("reason", reason)
}
