//! [`Identity`]: who a client is to the backend, shared by all its clones and filled in as the backend answers.

use std::{
    fmt,
    sync::{Arc, OnceLock},
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
}

impl Identity {
    /// A client that calls itself `caller`, or nothing.
    #[must_use]
    pub fn new(caller: Option<Caller>) -> Self {
        let anonymous = Arc::new(Attribution { caller, ..Attribution::default() });
        Self(Arc::new(Inner { anonymous, known: OnceLock::new() }))
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

    /// Keeps `id` if it is a canonical UUID and the first one; it is sent back exactly as it came.
    pub(crate) fn learn(&self, id: &str) {
        let canonical = || id.len() == 36 && id.parse::<alter_types::ActorId>().is_ok();
        if self.0.known.get().is_none() && canonical() {
            self.0.known.get_or_init(|| {
                Arc::new(Attribution { actor_id: Some(id.to_owned()), ..(*self.0.anonymous).clone() })
            });
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
