//! What an application of Alter Vault is tested with: a real vault in this process, a provider that records what it
//! received, and a canary that must never show up where it does not belong. Nothing here is a mock of the vault.

mod canary;
mod echo_provider;
mod test_vault;

pub use canary::Canary;
pub use echo_provider::{EchoProvider, Received};
pub use test_vault::TestVault;
