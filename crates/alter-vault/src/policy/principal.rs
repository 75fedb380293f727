//! Who a call is made for, and which grants that principal reaches.

use alter_auth::Attribution;
use alter_types::{AgentId, AgentStatus, CallerType};

use super::{Denial, KeyFacts};

/// Who a call is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Principal {
    /// The application itself.
    App,
    /// An agent, with its own key.
    Agent(AgentId),
    /// An agent, in whose name the application acts.
    ActingAs(AgentId),
}

impl Principal {
    /// Read off the key and the signed caller: an application key whose caller is an agent's id acts as that agent; an
    /// agent's own key speaks for no other.
    pub(crate) fn of(key: &KeyFacts, attribution: &Attribution) -> Result<Self, Denial> {
        let caller = attribution.caller.as_ref().filter(|caller| caller.kind() == CallerType::Agent);
        let named = caller.and_then(|caller| caller.name().parse::<AgentId>().ok());
        match (key.agent, named) {
            (None, None) => Ok(Self::App),
            (None, Some(agent)) => Ok(Self::ActingAs(agent)),
            (Some(agent), Some(other)) if agent != other => Err(Denial::CallerAgentMismatch),
            (Some(agent), _) => Ok(Self::Agent(agent)),
        }
    }

    /// The agent it is, whoever's key it comes with.
    pub(crate) fn agent(self) -> Option<AgentId> {
        match self {
            Self::App => None,
            Self::Agent(agent) | Self::ActingAs(agent) => Some(agent),
        }
    }

    /// Whether it reaches, by its id, a grant of this owner (`None`: the application's own).
    pub(crate) fn reaches(self, owner: Option<AgentId>) -> bool {
        match (self, owner) {
            (Self::App | Self::ActingAs(_), None) => true,
            (Self::Agent(agent) | Self::ActingAs(agent), Some(owner)) => agent == owner,
            _ => false,
        }
    }
}

/// Whether an agent may act at all.
pub(crate) fn may_act(status: AgentStatus) -> Result<(), Denial> {
    match status {
        AgentStatus::Active => Ok(()),
        AgentStatus::Revoked => Err(Denial::AgentRevoked),
        _ => Err(Denial::AgentInactive),
    }
}

#[cfg(test)]
mod tests {
    use alter_types::{AppId, Caller, KeyId};

    use super::*;

    const ANN: AgentId = AgentId::from_bytes([1; 16]);
    const BOB: AgentId = AgentId::from_bytes([2; 16]);

    fn key(agent: Option<AgentId>) -> KeyFacts {
        KeyFacts {
            id: KeyId::from_bytes([0; 16]),
            app: AppId::from_bytes([0; 16]),
            agent,
            agent_status: None,
            prefix: "".into(),
            scopes: "".into(),
            expires_at: None,
            revoked_at: None,
        }
    }

    fn said(caller: Caller) -> Attribution {
        Attribution { caller: Some(caller), ..Attribution::default() }
    }

    #[test]
    fn the_key_says_who_it_is_and_the_caller_only_for_an_application() {
        let as_ann = said(Caller::agent(&ANN.to_string()).unwrap());
        let principal = |agent, attribution: &Attribution| Principal::of(&key(agent), attribution);
        assert_eq!(principal(None, &Attribution::default()), Ok(Principal::App));
        assert_eq!(principal(None, &as_ann), Ok(Principal::ActingAs(ANN)));
        assert_eq!(principal(None, &said(Caller::service(&ANN.to_string()).unwrap())), Ok(Principal::App));
        assert_eq!(principal(None, &said(Caller::agent("support-bot").unwrap())), Ok(Principal::App));
        assert_eq!(principal(Some(ANN), &as_ann), Ok(Principal::Agent(ANN)));
        assert_eq!(principal(Some(BOB), &as_ann), Err(Denial::CallerAgentMismatch));
    }

    #[test]
    fn nobody_reaches_the_grants_of_others() {
        use Principal::{ActingAs, Agent, App};
        for (principal, owner, reached) in [
            (App, None, true),
            (App, Some(ANN), false),
            (Agent(ANN), None, false),
            (Agent(ANN), Some(ANN), true),
            (Agent(ANN), Some(BOB), false),
            (ActingAs(ANN), None, true),
            (ActingAs(ANN), Some(ANN), true),
            (ActingAs(ANN), Some(BOB), false),
        ] {
            assert_eq!(principal.reaches(owner), reached, "{principal:?} {owner:?}");
        }
    }
}
