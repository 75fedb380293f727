//! [`AuditRow`]: a row of the trail, as operators read it.

use alter_types::{AppId, GrantId, KeyId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{AuditEvent, AuditOutcome, ChainHash};

/// One thing that happened. Holds no secret: credentials are never part of a row, and URLs have no query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuditRow {
    /// Its number; without gaps, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The application.
    pub app: Option<AppId>,
    /// What happened.
    pub event: AuditEvent,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The error code of a refusal or failure.
    pub code: Option<String>,
    /// The API key's record.
    pub key_id: Option<KeyId>,
    /// The first characters of the key.
    pub key_prefix: Option<String>,
    /// The grant, as addressed or found.
    pub grant_id: Option<GrantId>,
    /// The provider's id or slug.
    pub provider: Option<String>,
    /// The generation of the credential.
    pub generation: Option<Uuid>,
    /// HTTP method of the call.
    pub method: Option<String>,
    /// URL of the call, without query.
    pub url: Option<String>,
    /// The provider's status.
    pub status: Option<u16>,
    /// How long the call took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// The caller's label.
    pub caller: Option<String>,
    /// `agent` or `service`.
    pub caller_type: Option<String>,
    /// The actor id the caller sent.
    pub actor_id: Option<String>,
    /// The audit context the caller sent, as JSON text.
    pub context: Option<String>,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The request's id in the server's log.
    pub request_id: Option<String>,
    /// Where the request came from.
    pub client_ip: Option<String>,
    /// The row this one completes.
    pub completes: Option<i64>,
    /// What was made, where it has no column of its own.
    pub subject: Option<Uuid>,
    /// Which checks were passed and where the decision stopped.
    pub decision: Option<Value>,
    /// The SDK's report of a call it made itself.
    pub report: Option<Value>,
    /// The hash of the row before.
    pub prev_hash: ChainHash,
    /// The hash of this row.
    pub hash: ChainHash,
}
