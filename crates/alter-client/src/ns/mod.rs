//! The vault's own operations, by subject.

mod approvals;
mod grants;

pub use approvals::{Approvals, AwaitApproval, GetApproval};
pub use grants::{Grants, ListGrants, RevokeGrant};
