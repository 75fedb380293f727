//! What an application of Alter Vault is tested with: a real vault in this process, a provider that records what it
//! received, and a canary that must never show up where it does not belong. Nothing here is a mock of the vault.

mod authority;
mod canary;
mod connect_proxy;
mod echo_provider;
mod scripted_server;
mod test_vault;

pub use authority::{TestAuthority, Validity};
pub use canary::Canary;
pub use connect_proxy::ConnectProxy;
pub use echo_provider::{EchoProvider, Received};
pub use scripted_server::{Conversation, ScriptedServer};
pub use test_vault::TestVault;
