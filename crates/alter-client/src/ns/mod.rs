//! The vault's own operations, by subject.

mod approvals;
mod connect;
mod grants;
mod sign_in;

pub use approvals::{Approvals, AwaitApproval, GetApproval};
pub use connect::{AwaitSession, Connect, OpenManagedSecret, OpenSession, RunSession};
pub use grants::{Grants, ListGrants, RevokeGrant};
pub use sign_in::{AwaitSignIn, SignIn, TokenCheck};
