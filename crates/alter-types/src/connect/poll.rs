//! [`ConnectPoll`]: one answer of `POST /sdk/oauth/connect/session/poll` (`docs/protocol.md` 6.8).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ConnectFailedGrant, ConnectOperation, ConnectResult};
use crate::{
    AlterError, Secret,
    error::{BackendError, BackendKind, ConnectError, ConnectErrorKind},
    expose_in_json,
};

/// Body of the request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectPollRequest {
    /// The token of the session.
    #[serde(serialize_with = "expose_in_json")]
    pub session_token: Secret,
}

impl ConnectPollRequest {
    /// Asks about that session.
    #[must_use]
    pub fn new(session_token: Secret) -> Self {
        Self { session_token }
    }
}

/// How a connect session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectPoll {
    /// Nobody has finished yet. Providers the person declined meanwhile can still be chosen.
    Pending(Vec<DeclinedProvider>),
    /// Finished: one result for each connected provider, none if there was nothing to connect.
    Completed(Vec<ConnectResult>),
    /// It failed.
    Error(ConnectFailure),
    /// It ended before anybody finished.
    Expired,
    /// A status this release does not know.
    Unknown(String),
}

/// A provider the person declined while the session goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeclinedProvider {
    /// The provider.
    pub provider_id: String,
    /// The provider's word for it.
    pub error_code: String,
    /// When, as text.
    #[serde(default)]
    pub declined_at: Option<String>,
}

/// Why a session failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConnectFailure {
    /// The backend's word. Not blank.
    pub error_code: String,
    /// A sentence for people. Not blank.
    pub error_message: String,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl ConnectPoll {
    /// Reads the body of an answer 200.
    ///
    /// # Errors
    /// [`AlterError::Backend`] if it is outside the contract, naming the field in the details;
    /// [`AlterError::Connect`] if every provider of a finished session failed.
    pub fn read(body: &[u8]) -> Result<Self, AlterError> {
        let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
            let error = malformed("the connect poll is not a JSON object");
            return Err(error.with_detail("status_code", 200).into());
        };
        let status = match body.get("status") {
            Some(Value::String(status)) if !status.is_empty() => status.clone(),
            _ => return Err(malformed_field("status").with_detail("status_code", 200).into()),
        };
        match status.as_str() {
            "pending" => Ok(Self::Pending(declined(&body))),
            "completed" => completed(&mut body).map(Self::Completed),
            "error" => failure(&body).map(Self::Error),
            "expired" => Ok(Self::Expired),
            _ => Ok(Self::Unknown(status)),
        }
    }
}

fn malformed(message: &'static str) -> BackendError {
    BackendError::new(BackendKind::Other).with_message(message)
}

fn malformed_field(field: &'static str) -> BackendError {
    malformed("the connect poll has a missing or malformed field").with_detail("field", field)
}

/// Malformed entries are left out: they only report progress.
fn declined(body: &Map<String, Value>) -> Vec<DeclinedProvider> {
    let entry = |entry: &Value| {
        let declined = DeclinedProvider::deserialize(entry).ok()?;
        (!declined.provider_id.is_empty() && !declined.error_code.is_empty()).then_some(declined)
    };
    let entries = body.get("declined_providers").and_then(Value::as_array);
    entries.map(|entries| entries.iter().filter_map(entry).collect()).unwrap_or_default()
}

fn completed(body: &mut Map<String, Value>) -> Result<Vec<ConnectResult>, AlterError> {
    let failed: Vec<ConnectFailedGrant> = match body.get("failed_grants") {
        None => Vec::new(),
        Some(entries) => Vec::deserialize(entries).map_err(|_| malformed_field("failed_grants"))?,
    };
    let grants = match body.get_mut("grants") {
        None => &mut Vec::new(),
        Some(Value::Array(grants)) => grants,
        Some(_) => return Err(malformed_field("grants").into()),
    };
    let mut results = grants.iter_mut().map(connected).collect::<Result<Vec<_>, _>>()?;
    if results.is_empty() && !failed.is_empty() {
        return Err(all_failed(&failed).into());
    }
    for result in &mut results {
        result.failed_grants.clone_from(&failed);
    }
    Ok(results)
}

/// One connected provider. A null `operation` means a creation here, though not in the model.
fn connected(grant: &mut Value) -> Result<ConnectResult, AlterError> {
    let Some(entry) = grant.as_object_mut() else { return Err(malformed_field("grants").into()) };
    if entry.get("operation") == Some(&Value::Null) {
        entry.insert("operation".to_owned(), ConnectOperation::Creation.as_str().into());
    }
    let result = ConnectResult::deserialize(&*grant).map_err(|_| malformed_field(first_bad_field(grant)))?;
    let canonical = |id: &str| id.len() == 36 && uuid::Uuid::try_parse(id).is_ok();
    match &result.delegation {
        Some(delegation) if !canonical(&delegation.agent_id) => Err(malformed_field("delegation").into()),
        _ => Ok(result),
    }
}

/// Which field keeps an entry from being read: the first one without which it is readable.
fn first_bad_field(grant: &Value) -> &'static str {
    const OPTIONAL: [&str; 6] =
        ["scopes", "operation", "delegation", "grant_policy", "account_identifier", "api_base_url"];
    let readable_without = |field: &&&str| {
        let mut rest = grant.clone();
        rest.as_object_mut().is_some_and(|rest| rest.shift_remove(**field).is_some())
            && ConnectResult::deserialize(&rest).is_ok()
    };
    OPTIONAL.iter().find(readable_without).copied().unwrap_or("grants")
}

fn all_failed(failed: &[ConnectFailedGrant]) -> ConnectError {
    let activation = failed.iter().all(ConnectFailedGrant::is_activation_failure);
    let code = if activation { "grant_activation_failed" } else { "grant_policy_application_failed" };
    let entries = failed.iter().map(|failed| {
        serde_json::json!({
            "provider_id": failed.provider_id, "reason": failed.reason, "message": failed.message,
        })
    });
    ConnectError::new(ConnectErrorKind::Other)
        .with_message(if activation {
            "no provider of the session was connected"
        } else {
            "the usage limits chosen during the connection could not be applied"
        })
        .with_detail("error_code", code)
        .with_detail("failed_grants", entries.collect::<Vec<_>>())
}

fn failure(body: &Map<String, Value>) -> Result<ConnectFailure, AlterError> {
    let Some(error) = body.get("error").and_then(Value::as_object) else {
        return Err(malformed_field("error").into());
    };
    let filled =
        |name: &str| error.get(name)?.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    Ok(ConnectFailure {
        error_code: filled("error_code").ok_or_else(|| malformed_field("error.error_code"))?,
        error_message: filled("error_message").ok_or_else(|| malformed_field("error.error_message"))?,
        retry_after_seconds: crate::error::count_field(error, "retry_after_seconds"),
    })
}

impl From<ConnectFailure> for AlterError {
    fn from(failure: ConnectFailure) -> Self {
        let mut details = Map::new();
        details.insert("error_code".to_owned(), failure.error_code.as_str().into());
        if let Some(seconds) = failure.retry_after_seconds {
            details.insert("retry_after_seconds".to_owned(), seconds.into());
        }
        if let Some(status) = sync_status(&failure.error_code) {
            let error = BackendError::new(BackendKind::Other).with_status(status);
            return error.with_message(failure.error_message).with_details(details).into();
        }
        let kind = match failure.error_code.as_str() {
            "connect_denied" => ConnectErrorKind::Denied,
            "connect_config_error"
            | "invalid_redirect_uri"
            | "invalid_client"
            | "unauthorized_client"
            | "provider_configuration_unavailable"
            | "shared_dev_credential_unavailable"
            | "managed_oauth_scope_approval_required" => ConnectErrorKind::Config,
            _ => ConnectErrorKind::Other,
        };
        ConnectError::new(kind).with_message(failure.error_message).with_details(details).into()
    }
}

/// Codes of the identity synchronisation, which polls report in place of an HTTP status.
pub(crate) fn sync_status(error_code: &str) -> Option<u16> {
    match error_code {
        "service_unavailable" => Some(503),
        "identity_provider_inactive" | "identity_group_name_ambiguous" => Some(409),
        _ => None,
    }
}
