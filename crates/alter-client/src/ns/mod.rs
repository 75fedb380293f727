//! The vault's own operations, by subject.

mod grants;

pub use grants::{Grants, ListGrants, RevokeGrant};
