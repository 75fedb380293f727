//! Revoking a grant (`POST /sdk/oauth/grants/{id}/revoke`, `docs/protocol.md` 6.6).

use serde::{Deserialize, Serialize};

use crate::{GrantId, Secret, Timestamp, expose_optional_in_json, setters::setters, strict};

/// Body of the revocation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeGrantRequest {
    /// Why, for the audit trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Limits the revocation to this end user's grants (a JWT).
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub user_token: Option<Secret>,
}

impl RevokeGrantRequest {
    setters! {
        with_reason(reason: ?String);
        with_user_token(user_token: ?Secret);
    }
}

/// A grant that is now revoked. All four fields are always present, and no text is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeGrantResult {
    /// Always true; a refusal is an error.
    pub success: bool,
    /// A sentence for people.
    #[serde(deserialize_with = "strict::filled")]
    pub message: String,
    /// The grant.
    #[serde(deserialize_with = "strict::filled")]
    pub grant_id: String,
    /// When the revocation took effect.
    #[serde(deserialize_with = "strict::filled")]
    pub revoked_at: String,
}

impl RevokeGrantResult {
    /// The answer for a grant revoked at `revoked_at`.
    #[must_use]
    pub fn new(grant_id: GrantId, revoked_at: Timestamp) -> Self {
        Self {
            success: true,
            message: "Grant revoked.".to_owned(),
            grant_id: grant_id.to_string(),
            revoked_at: revoked_at.to_string(),
        }
    }
}
