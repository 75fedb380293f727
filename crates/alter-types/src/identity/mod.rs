//! Who a call is about: identities, assertions of them, and the memory scopes derived from them
//! (`docs/protocol.md` 6.8).

mod context;
mod memory_code;
mod memory_scope;
mod request;
mod verified;

pub use context::{IdentityAssertion, IdentityContext, IdentityTrace};
pub use memory_code::{AssertionRejectReason, MemoryIsolationCode};
pub use memory_scope::MemoryScope;
pub use request::{AssertIdentityRequest, ResolveIdentityRequest};
pub use verified::{MemoryCoverage, Moment, VerifiedIdentity};
