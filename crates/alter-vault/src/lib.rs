//! A self-hosted Alter Vault as a library: sealed secrets, API keys, grants and an audit trail, without HTTP.
//!
//! [`Vault`] is the way in. Three promises hold for every method, whatever happens to the process:
//!
//! * **Audit before answer.** Every allowed, denied or failed use of a credential is durably on disk, in a
//!   hash-chained row, before the caller gets an answer. If the row cannot be written, the use is refused.
//! * **Default deny.** No scope, no live grant, no live credential, or a host the operator did not list: refused,
//!   with a code of the protocol and a sentence that names the smallest change that would allow it.
//! * **Sealed at rest.** Credentials are encrypted under a key of their application, which is encrypted under the
//!   [`MasterKey`]; API keys are stored as keyed hashes only.
//!
//! Inside, data flows one way: the handle parses ([`Vault`]), the storage engine loads facts in one transaction, pure
//! functions decide on them, the engine writes state and audit row, and only then is anything opened and answered.

mod admission;
mod app;
mod approval;
mod audit;
mod destination;
mod error;
mod grant;
mod host_rule;
mod injection;
mod key;
mod method;
mod names;
mod narrowing;
mod open_error;
mod options;
mod policy;
mod proxy;
mod refusal;
mod scope;
mod seal;
mod secret;
mod store;
mod vault;

pub use admission::{Admission, AttemptedRequest};
pub use app::AppRecord;
pub use approval::{ApprovalRecord, Approver, Decision, FrozenCall, GateRecord, ParseApproverError};
pub use audit::{
    AuditEvent, AuditFilter, AuditOrder, AuditOutcome, AuditRow, BrokenLink, ChainHash, ChainReport,
};
pub use error::VaultError;
pub use grant::{GrantFilter, GrantRecord, GrantStatus, NewGrant, Page, SecretRef};
pub use host_rule::{HostRule, ParseHostRuleError};
pub use injection::{Injection, InjectionError};
pub use key::{KeyRecord, NewKey};
pub use names::{ParseSlugError, Slug};
pub use narrowing::{Narrowing, NarrowingError};
pub use open_error::OpenError;
pub use options::VaultOptions;
pub use policy::rule::RuleError;
pub use proxy::{ApprovedCall, ProxyDecision, ProxyOutcome, ProxyTicket, ProxyTicketId, ProxyUse};
pub use refusal::Refusal;
pub use scope::{ParseScopeError, Scope};
pub use seal::{MasterKey, MasterKeyError};
pub use secret::{NewSecret, SecretRecord};
pub use vault::{UpdateTerms, Vault};
