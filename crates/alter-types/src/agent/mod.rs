//! Managed agents and their keys (`docs/protocol.md` 6.8).

mod info;
mod key;
mod list;
mod request;
mod scopes;

pub use info::{AgentCreateResult, AgentInfo, AgentStatus, AgentType};
pub use key::{AgentKey, AgentKeyList, AgentKeyMintResult, AgentKeyStatus};
pub use list::{AgentByNameResult, AgentListResult};
pub use request::{Change, CreateAgentRequest, SetAgentStatusRequest, UpdateAgentRequest};
pub use scopes::AgentScopes;
