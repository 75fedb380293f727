//! [`AppRecord`]: an application, the boundary nothing crosses.

use alter_types::{AppId, Timestamp};
use serde::Serialize;

/// An application. Its keys, secrets, grants and data key belong to it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AppRecord {
    /// Its id.
    pub id: AppId,
    /// Its display name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}
