//! The audit trail: what a row says ([`Entry`], [`AuditRow`]) and how rows are chained ([`chain`]). Where rows are
//! kept is the store's business.

pub(crate) mod cell;
pub(crate) mod chain;
pub(crate) mod entry;
pub(crate) mod report;

mod event;
mod filter;
mod row;

pub(crate) use cell::Cell;
pub use chain::{BrokenLink, ChainHash, ChainReport};
pub(crate) use entry::Entry;
pub use event::{AuditEvent, AuditOutcome};
pub use filter::{AuditFilter, AuditOrder};
pub use row::AuditRow;
