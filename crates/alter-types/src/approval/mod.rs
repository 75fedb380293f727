//! Calls that wait for a person: what is pending, how it stands, and what came of it (`docs/protocol.md` 6.8).
//!
//! A call may need several people: then it has several *gates*, all of which must be approved. The reference page's
//! shape has no gates; it is read as one implicit gate.

mod gates;
mod pending;
mod result;
mod status;

pub use gates::{ApprovalGate, ApprovalGateStatus, LegacyApprovalShape};
pub use pending::{PendingApproval, PendingStatus};
pub use result::{ApprovalResult, BodyError, ProxyResponse, TextEncoding};
pub use status::{ApprovalStatus, ApprovalStatusValue};
