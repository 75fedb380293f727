//! Keeps what an agent remembers of one user apart from everything else, whatever store is behind it.
//!
//! An agent that serves many users writes down what it learns. [`ScopedMemoryStore`] puts a *proven* identity in
//! front of the store: application, agent and user choose the namespace, and no argument can. What comes back is
//! checked too, so that a store that mixes things up is noticed and its answer is dropped.
//!
//! ```
//! use alter_memory::{InProcessStore, ScopedMemoryStore};
//! use alter_types::{IdentityContext, VerifiedIdentity};
//! use serde_json::json;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // Normally the answer of `app.identity().resolve()`, or an assertion that was verified.
//! let who_is_asking = || {
//!     VerifiedIdentity::vouch_for_answer(
//!         IdentityContext::new("app-1").with_agent_id("bot-7").with_user("u-42", "active"),
//!     )
//! };
//! let memory = ScopedMemoryStore::builder(InProcessStore::new(), who_is_asking())
//!     .refresh_with(move || async move { Ok(who_is_asking()) })
//!     .build()?;
//!
//! memory.put(&["notes"], "tea", &json!({ "likes": "oolong" })).await?;
//! let remembered = memory.get(&["notes"], "tea").await?.expect("it was just put there");
//! assert_eq!(remembered.value["likes"], "oolong");
//! # Ok(())
//! # }
//! # let mut run = std::pin::pin!(example());
//! # let waker = std::task::Waker::noop();
//! # assert!(run.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_ready());
//! ```
//!
//! Two kinds of proof:
//!
//! | proof | good for | who has it |
//! |---|---|---|
//! | a resolved identity, asked for anew by every operation ([`Builder::refresh_with`]) | as long as the vault says so | a program with an API key |
//! | an [assertion](alter_auth::identity) that was verified | until it expires, at most 300 seconds | anybody with the vault's public keys |
//!
//! Proof is checked when an operation starts; one that is under way is finished. Sharing a store with other programs
//! is fine: [`MemoryScope`](alter_types::MemoryScope) derives the same namespaces everywhere.

mod builder;
mod error;
mod in_process;
mod listing;
mod scoped;
mod store;

pub use builder::Builder;
pub use error::MemoryError;
pub use in_process::InProcessStore;
pub use listing::{ListPaths, Search};
pub use scoped::{Memory, ScopedMemoryStore};
pub use store::{NamespaceStore, Page, SearchQuery, StoredItem};
