//! [`AgentStore`]: what the vault asks of its storage about agents and their keys.

use alter_auth::KeyKind;
use alter_types::{
    AgentId, AgentInfo, AgentKey, AgentStatus, AppId, CreateAgentRequest, KeyId, UpdateAgentRequest,
};

use super::{Pending, SignedCall};
use crate::{Refusal, VaultError, audit::AuditEvent, seal::KeyDigest};

/// The verbs about agents. The contract is that of [`Store`](super::Store).
pub(crate) trait AgentStore {
    fn create_agent(&self, call: SignedCall, agent: NewAgentRow) -> Pending<'_, Result<AgentMade, Refusal>>;
    fn agent(&self, call: SignedCall, agent: AgentId) -> Pending<'_, Result<AgentInfo, Refusal>>;
    fn agents(
        &self,
        call: SignedCall,
        filter: AgentFilter,
    ) -> Pending<'_, Result<(Vec<AgentInfo>, i64), Refusal>>;
    /// The agents of an application, for its operator.
    fn agents_of(&self, app: AppId, filter: AgentFilter) -> Pending<'_, Result<Vec<AgentInfo>, VaultError>>;
    fn me(&self, call: SignedCall) -> Pending<'_, Result<AgentInfo, Refusal>>;
    fn change_agent(
        &self,
        call: SignedCall,
        agent: AgentId,
        change: AgentChange,
    ) -> Pending<'_, Result<AgentInfo, Refusal>>;
    fn mint_agent_key(
        &self,
        call: SignedCall,
        agent: AgentId,
        key: NewAgentKeyRow,
    ) -> Pending<'_, Result<AgentKey, Refusal>>;
    fn agent_keys(&self, call: SignedCall, agent: AgentId) -> Pending<'_, Result<Vec<AgentKey>, Refusal>>;
    fn change_agent_key(
        &self,
        call: SignedCall,
        agent: AgentId,
        key: KeyId,
        change: AgentKeyChange,
    ) -> Pending<'_, Result<AgentKey, Refusal>>;
}

/// An agent to be made, with its first key.
#[derive(Debug)]
pub(crate) struct NewAgentRow {
    pub(crate) id: AgentId,
    pub(crate) request: CreateAgentRequest,
    pub(crate) key: NewAgentKeyRow,
    pub(crate) idempotency_key: Option<String>,
    /// SHA-256 of the request.
    pub(crate) digest: Vec<u8>,
}

/// A key to be made. Its name is made from the agent's.
#[derive(Debug)]
pub(crate) struct NewAgentKeyRow {
    pub(crate) id: KeyId,
    pub(crate) digest: KeyDigest,
    pub(crate) prefix: String,
    pub(crate) kind: KeyKind,
}

/// An agent that was made, now or before.
#[derive(Debug)]
pub(crate) struct AgentMade {
    pub(crate) agent: AgentInfo,
    pub(crate) key: KeyId,
    /// The same request made it before; its key cannot be shown again.
    pub(crate) replayed: bool,
}

/// A change to an agent.
#[derive(Debug)]
pub(crate) enum AgentChange {
    Update {
        request: Box<UpdateAgentRequest>,
        expected_version: Option<i64>,
        /// How long what is taken away stays, in microseconds.
        grace: i64,
    },
    /// Suspends or resumes it.
    Status(AgentStatus),
    /// Ends it and its keys, for good.
    Revoke,
}

impl AgentChange {
    pub(crate) fn event(&self) -> AuditEvent {
        match self {
            Self::Update { .. } => AuditEvent::AgentUpdate,
            Self::Status(AgentStatus::Active) => AuditEvent::AgentResume,
            Self::Status(_) => AuditEvent::AgentSuspend,
            Self::Revoke => AuditEvent::AgentRevoke,
        }
    }
}

/// A change to an agent's key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AgentKeyChange {
    Deprecate,
    Undeprecate,
    Revoke {
        /// Even if it is the last one.
        force: bool,
    },
}

impl AgentKeyChange {
    pub(crate) fn event(self) -> AuditEvent {
        match self {
            Self::Deprecate => AuditEvent::KeyDeprecate,
            Self::Undeprecate => AuditEvent::KeyUndeprecate,
            Self::Revoke { .. } => AuditEvent::KeyRevoke,
        }
    }
}

/// Which agents to list.
#[derive(Debug)]
pub(crate) struct AgentFilter {
    pub(crate) name: Option<String>,
    pub(crate) include_revoked: bool,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}
