//! What travels with a request besides HTTP: which operation it is, who asks, until when, which attempt.
//!
//! All of it is cloned for every attempt, so it is small, and none of it is a readable secret.

use std::{sync::Arc, time::Duration};

use alter_types::{Caller, TraceParent};
use tokio::time::Instant;

use crate::{AuditContext, Identity, Narrowing};

/// How often a request may reach the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// As often as needed: it reads, or repeats are recognised.
    Safe,
    /// Once. It may be tried again only when the peer provably saw nothing of it.
    UnsentOnly,
}

/// One operation of the protocol, as far as the stack has to tell them apart. Declared once, as a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    name: &'static str,
    replay: Replay,
    sealed: bool,
    actor_id: bool,
    context: bool,
}

impl Operation {
    /// An operation that must not be repeated, whose answer holds no secret, and that carries the cached actor id
    /// but no audit context.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, replay: Replay::UnsentOnly, sealed: false, actor_id: true, context: false }
    }

    /// May be repeated.
    #[must_use]
    pub const fn safe_to_repeat(mut self) -> Self {
        self.replay = Replay::Safe;
        self
    }

    /// No custom layer sees it: the answer hands out a secret, or it is telemetry of our own.
    #[must_use]
    pub const fn sealed(mut self) -> Self {
        self.sealed = true;
        self
    }

    /// Carries the audit context.
    #[must_use]
    pub const fn with_context(mut self) -> Self {
        self.context = true;
        self
    }

    /// Neither sends nor learns the actor id.
    #[must_use]
    pub const fn without_actor_id(mut self) -> Self {
        self.actor_id = false;
        self
    }

    /// The name, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How often the request may reach the peer.
    #[must_use]
    pub const fn replay(&self) -> Replay {
        self.replay
    }

    /// Whether custom layers are left out.
    #[must_use]
    pub const fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// Whether the cached actor id belongs on it.
    #[must_use]
    pub const fn carries_actor_id(&self) -> bool {
        self.actor_id
    }

    /// Whether the audit context belongs on it.
    #[must_use]
    pub const fn carries_context(&self) -> bool {
        self.context
    }
}

/// What is particular to one call. A request extension; a custom layer that builds requests of its own passes it on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallContext {
    /// Which operation.
    pub operation: Operation,
    /// Who makes this call, if not the client as a whole.
    pub caller: Option<Arc<Caller>>,
    /// The audit context.
    pub context: Option<Arc<AuditContext>>,
    /// Why, for the audit trail.
    pub reason: Option<Arc<str>>,
    /// Who the client as a whole is, where that is not the identity the plane was made with: a client that acts as an
    /// agent.
    pub identity: Option<Identity>,
    /// What the client may do at most.
    pub narrowing: Option<Arc<Narrowing>>,
    /// The trace this call belongs to. Sent to the vault as `traceparent`, not signed, and never sent to a provider.
    pub trace_parent: Option<Arc<TraceParent>>,
}

impl CallContext {
    /// A call with nothing particular about it.
    #[must_use]
    pub fn new(operation: Operation) -> Self {
        Self {
            operation,
            caller: None,
            context: None,
            reason: None,
            identity: None,
            narrowing: None,
            trace_parent: None,
        }
    }
}

impl CallContext {
    /// How often the request may reach the peer.
    pub(crate) fn replay(&self) -> Replay {
        self.operation.replay()
    }
}

/// The moment a call has to be over, waits between attempts included. A request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub Instant);

impl Deadline {
    /// `budget` from now. More than a year counts as a year.
    #[must_use]
    pub fn after(budget: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        Self(Instant::now() + budget.min(YEAR))
    }

    /// Time left; zero once it has passed.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// Asks for the answer while it arrives, instead of collected in memory. A request extension.
///
/// The time limits of attempt and call end with the head of the answer; from there on silence is
/// [limited](crate::layer::idle), and the whole stream if `until` says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Streamed {
    /// When the stream has to be over.
    pub until: Option<Deadline>,
}

impl Streamed {
    /// A stream that has to be over by `until`, if that is set.
    #[must_use]
    pub fn until(until: Option<Deadline>) -> Self {
        Self { until }
    }
}

/// How long the peer was asked to hold its answer back. A request extension; the limit of an attempt is that much
/// longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held(pub Duration);

/// Which attempt this is, from 2 on; absent on the first. A request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt(pub u32);

impl Attempt {
    /// The number of the attempt `request` is, 1 for the first.
    #[must_use]
    pub fn of<B>(request: &http::Request<B>) -> u32 {
        request.extensions().get::<Self>().map_or(1, |attempt| attempt.0)
    }
}

/// The URL of a provider call as the vault is told and the audit trail shows it: no parameter that was added
/// separately, nothing injected. A request extension; without one, the request's own URL less its query counts.
///
/// The [egress guard](crate::layer::egress) refuses a request whose scheme, authority or path differ from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredUrl(pub Arc<str>);

/// The content type of a provider call goes without saying: it follows from the body, nobody set it, and the audit row
/// does not list it among the headers. A request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImpliedContentType;
