//! [`View`]: how one client looks at the core it shares with others: narrowed, or in an agent's name.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use alter_transport::{Identity, Narrowing};
use alter_types::{AgentId, Caller, CallerType};

use crate::{
    gate::Gate,
    user_token::{Source, UserTokens},
};

/// Which facade a client has. It decides what the vault's word "no such grant" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    App,
    Agent,
}

#[derive(Clone)]
pub(crate) struct View {
    pub(crate) kind: Kind,
    /// The type of a caller that is named for one call.
    pub(crate) caller_type: CallerType,
    /// Where the token of the end user comes from.
    pub(crate) user_tokens: Source,
    /// What narrows every call.
    pub(crate) narrowing: Option<Arc<Narrowing>>,
    /// Who it is, if not the client it was made from.
    pub(crate) identity: Option<Identity>,
    /// The doors of the views this one was made through, and then its own; none for the client itself.
    pub(crate) gates: Vec<Arc<Gate>>,
    /// The agent an application acts as.
    pub(crate) acts_as: Option<AgentId>,
    /// For an application that acts as an agent: whether it was told what that means.
    advised: Option<Arc<AtomicBool>>,
}

impl View {
    /// How a client looks at its own core.
    pub(crate) fn whole(kind: Kind, caller_type: CallerType, user_tokens: Option<UserTokens>) -> Self {
        Self {
            kind,
            caller_type,
            user_tokens: Source::new(user_tokens),
            narrowing: None,
            identity: None,
            gates: Vec::new(),
            acts_as: None,
            advised: None,
        }
    }

    /// The same, narrowed.
    pub(crate) fn narrowed(&self, narrowing: Narrowing) -> Self {
        Self { narrowing: Some(Arc::new(narrowing)), ..self.behind_a_door() }
    }

    /// The same in an agent's name, without the users of the application.
    pub(crate) fn acting_as(&self, id: &AgentId) -> Self {
        let name = Caller::agent(&id.to_string()).expect("a UUID is a caller's label");
        Self {
            kind: Kind::Agent,
            caller_type: CallerType::Agent,
            user_tokens: Source::new(None),
            acts_as: Some(*id),
            identity: Some(Identity::new(Some(name))),
            advised: Some(Arc::default()),
            ..self.behind_a_door()
        }
    }

    /// The same, which can be closed by itself.
    fn behind_a_door(&self) -> Self {
        let mut view = self.clone();
        view.gates.push(Arc::new(Gate::open()));
        view
    }

    /// `true` once, for an application that acts as an agent.
    pub(crate) fn needs_advice(&self) -> bool {
        self.advised.as_ref().is_some_and(|advised| !advised.swap(true, Ordering::Relaxed))
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("kind", &self.kind)
            .field("identity", &self.identity)
            .field("narrowing", &self.narrowing)
            .finish_non_exhaustive()
    }
}
