//! [`Identity`]: who a client is to the backend, shared by all its clones and filled in as the backend answers.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use alter_auth::Attribution;
use alter_types::Caller;

use crate::CallContext;

/// The client-wide caller and the actor id the backend gave it. Cheap to clone; clones share the actor id.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    /// What a call without particulars carries until the actor id is known.
    anonymous: Arc<Attribution>,
    /// The same with the actor id; set once, by the first answer that names one.
    known: OnceLock<Arc<Attribution>>,
    /// Whether an id that was not taken has been reported.
    warned: AtomicBool,
}

impl Identity {
    /// A client that calls itself `caller`, or nothing.
    #[must_use]
    pub fn new(caller: Option<Caller>) -> Self {
        let anonymous = Arc::new(Attribution { caller, ..Attribution::default() });
        Self(Arc::new(Inner { anonymous, known: OnceLock::new(), warned: AtomicBool::new(false) }))
    }

    /// The actor id, once the backend named one.
    #[must_use]
    pub fn actor_id(&self) -> Option<&str> {
        self.0.known.get()?.actor_id.as_deref()
    }

    /// The client-wide caller.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.0.anonymous.caller.as_ref()
    }

    /// Keeps `id` if it is a canonical UUID and the first one; it is sent back exactly as it came. Any other is
    /// ignored, and reported once.
    pub(crate) fn learn(&self, id: &str) {
        if self.actor_id() == Some(id) {
            return;
        }
        let canonical = id.len() == 36 && id.parse::<alter_types::ActorId>().is_ok();
        if !canonical {
            return self.warn_once("the vault named an actor id that is not a UUID; it is ignored");
        }
        let mut first = false;
        let known = self.0.known.get_or_init(|| {
            first = true;
            Arc::new(Attribution { actor_id: Some(id.to_owned()), ..(*self.0.anonymous).clone() })
        });
        if first {
            tracing::debug!("the vault named the actor id of this client's caller");
        } else if known.actor_id.as_deref() != Some(id) {
            self.warn_once("the vault named another actor id than before; the first one stays");
        }
    }

    fn warn_once(&self, what: &'static str) {
        if !self.0.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!("{what}");
        }
    }

    /// What a call carries. A caller of its own excludes the cached actor id, which belongs to the client-wide one.
    pub(crate) fn attribute(&self, cx: &CallContext) -> Arc<Attribution> {
        let base = match self.0.known.get() {
            Some(known) if cx.operation.carries_actor_id() => known,
            _ => &self.0.anonymous,
        };
        let context = cx.context.as_ref().filter(|_| cx.operation.carries_context());
        if cx.caller.is_none() && context.is_none() {
            return Arc::clone(base);
        }
        Arc::new(Attribution {
            caller: cx.caller.as_deref().or(base.caller.as_ref()).cloned(),
            actor_id: base.actor_id.clone().filter(|_| cx.caller.is_none()),
            context: context.map(|context| context.encoded().to_owned()),
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("caller", &self.caller())
            .field("actor_id", &self.actor_id())
            .finish()
    }
}

/// Who makes a request. A request extension, put in by Attribute and covered by Sign.
#[derive(Debug, Clone)]
pub(crate) struct Attributed(pub(crate) Arc<Attribution>);
