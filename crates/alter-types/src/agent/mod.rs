//! Managed agents and their keys (`docs/protocol.md` 6.8).

mod info;
mod key;
mod list;
mod request;

pub use info::{AgentCreateResult, AgentInfo, AgentStatus, AgentType};
pub use key::{AgentKey, AgentKeyList, AgentKeyMintResult, AgentKeyStatus};
pub use list::{AgentByNameResult, AgentListResult};
pub use request::{AgentScopes, CreateAgentRequest, SetAgentStatusRequest, UpdateAgentRequest};
