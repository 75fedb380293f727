//! What an application of Alter Vault is tested with.
//!
//! [`ScriptedVault`] is a vault, and every provider behind it, that say what a test tells them to say; the client it
//! gives out is a real one. Your code is called as in production, then asked about:
//!
//! ```
//! use alter_client::{App, GrantId};
//! use alter_testkit::ScriptedVault;
//! use serde_json::{Value, json};
//!
//! /// The application under test.
//! async fn order(app: &App, grant: &GrantId, item: &str) -> alter_client::Result<u64> {
//!     let call = app.grant(grant).post("https://api.example.com/orders").json(&json!({ "item": item }));
//!     let order: Value = call.send().await?.json()?;
//!     Ok(order["id"].as_u64().unwrap_or_default())
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> alter_client::Result<()> {
//! let vault = ScriptedVault::start().await;
//! vault.on("POST https://api.example.com/orders").answers(json!({ "id": 7 }));
//! assert_eq!(order(&vault.app(), &vault.grant(), "tea").await?, 7);
//! vault.saw("POST https://api.example.com/orders").json(json!({ "item": "tea" })).once();
//! vault.audited("POST https://api.example.com/orders").status(200).once().await;
//! # Ok(())
//! # }
//! ```
//!
//! | to test | use |
//! |---|---|
//! | what your code does with answers, refusals, approvals and failures | [`ScriptedVault`]: [`Answer`], [`Refusal`], [`Decision`], [`Fault`] |
//! | what it does when people connect accounts, decline, stay away or sign in | [`ScriptedVault::person_connects`] and its siblings |
//! | what your code asked for, and what the trail says | [`ScriptedVault::saw`], [`ScriptedVault::audited`] |
//! | your code with a vault that decides for itself | [`TestVault`], with an [`EchoProvider`] |
//! | that a credential stays where it belongs | [`Canary`] |
//! | that the examples of your crate run | [`examples::run_all`] |
//! | TLS of your own, and peers that break off in the middle | [`TestAuthority`], [`ScriptedServer`], [`ConnectProxy`] |
//!
//! Everything is on by default. Without the feature `vault` there is no [`TestVault`] and no SQLite to compile, without
//! `tls` no certificates; [`ScriptedVault`] needs neither.
//!
//! Nothing in [`ScriptedVault`] waits for real time or a network, so `#[tokio::test(start_paused = true)]` makes retries
//! and polls instant.

#[cfg(feature = "tls")]
mod authority;
mod canary;
mod connect_proxy;
mod echo_provider;
pub mod examples;
#[cfg(feature = "tls")]
mod scripted_server;
mod scripted_vault;
#[cfg(feature = "vault")]
mod test_vault;

#[cfg(feature = "tls")]
pub use authority::{TestAuthority, Validity};
pub use canary::Canary;
pub use connect_proxy::ConnectProxy;
pub use echo_provider::{EchoProvider, Received};
#[cfg(feature = "tls")]
pub use scripted_server::{Conversation, ScriptedServer};
pub use scripted_vault::{
    Answer, Assertion, Decision, Fault, Mode, Refusal, Row, Script, ScriptedVault, Seen,
};
#[cfg(feature = "vault")]
pub use test_vault::TestVault;
