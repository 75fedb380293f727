//! Waiting for a sign-in: [`AuthPoll`] and what a finished one yields, [`AuthResult`].

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    AlterError, Secret,
    connect::sync_status,
    error::{BackendError, BackendKind, ClientError, ClientErrorKind, count_field},
    expose_in_json, lenient,
};

/// Body of `POST /sdk/auth/poll`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthPollRequest {
    /// The token of the session.
    #[serde(serialize_with = "expose_in_json")]
    pub session_token: Secret,
    /// Milliseconds the backend may hold the answer back, at most 30,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u32>,
}

impl AuthPollRequest {
    /// Asks about that session, waiting `wait_ms` milliseconds at the backend if above 0.
    #[must_use]
    pub fn new(session_token: Secret, wait_ms: u32) -> Self {
        Self { session_token, wait_ms: (wait_ms > 0).then_some(wait_ms) }
    }
}

/// A person who signed in. `Debug` shows the subject and nothing else.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthResult {
    /// The identity provider's JWT.
    #[serde(serialize_with = "expose_in_json")]
    pub user_token: Secret,
    /// What the identity provider says about the person: `sub`, `email`, `name`, …
    #[serde(default, deserialize_with = "lenient::object_or_empty")]
    pub user_info: Map<String, Value>,
}

impl AuthResult {
    /// The person `user_token` proves.
    #[must_use]
    pub fn new(user_token: Secret, user_info: Map<String, Value>) -> Self {
        Self { user_token, user_info }
    }
}

impl fmt::Debug for AuthResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sub = self.user_info.get("sub").and_then(Value::as_str).unwrap_or("unknown");
        f.debug_struct("AuthResult").field("sub", &sub).finish_non_exhaustive()
    }
}

/// How a sign-in session stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AuthPoll {
    /// Nobody has signed in yet.
    Pending,
    /// Somebody has.
    Completed(AuthResult),
    /// The session ended before anybody did.
    Expired,
}

impl AuthPoll {
    /// Reads the body of an answer 200.
    ///
    /// # Errors
    /// [`AlterError::Backend`] if it is outside the contract or reports that identities cannot be synchronised;
    /// [`AlterError::Client`] if the sign-in failed or its status is unknown.
    pub fn read(body: &[u8]) -> Result<Self, AlterError> {
        let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(body) else {
            return Err(BackendError::new(BackendKind::Other)
                .with_message("the sign-in poll is not an object")
                .into());
        };
        match body.get("status").and_then(Value::as_str).filter(|status| !status.is_empty()) {
            None => Err(BackendError::new(BackendKind::Other)
                .with_message("the sign-in poll has no status")
                .into()),
            Some("pending") => Ok(Self::Pending),
            Some("expired") => Ok(Self::Expired),
            Some("completed") => completed(&body).map(Self::Completed),
            Some("error") => Err(failure(&body)),
            Some(_) => Err(sign_in("the sign-in has a status this release does not know").into()),
        }
    }
}

fn sign_in(message: impl Into<std::borrow::Cow<'static, str>>) -> ClientError {
    ClientError::new(ClientErrorKind::SignIn).with_message(message)
}

fn completed(body: &Map<String, Value>) -> Result<AuthResult, AlterError> {
    match body.get("user_token") {
        Some(Value::String(token)) if !token.is_empty() => {
            let info = body.get("user_info").and_then(Value::as_object).cloned().unwrap_or_default();
            Ok(AuthResult::new(Secret::from(token.as_str()), info))
        }
        None | Some(Value::Null | Value::String(_)) => {
            Err(sign_in("the sign-in finished without a user token").into())
        }
        Some(_) => {
            let error =
                BackendError::new(BackendKind::Other).with_message("the sign-in poll has a malformed field");
            Err(error.with_detail("field", "user_token").into())
        }
    }
}

fn failure(body: &Map<String, Value>) -> AlterError {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let message = text("error_message").unwrap_or("the sign-in failed").to_owned();
    match text("error_code").and_then(|code| Some((code, sync_status(code)?))) {
        Some((code, status)) => {
            let mut error = BackendError::new(BackendKind::Other).with_message(message).with_status(status);
            error = error.with_detail("error_code", code);
            match count_field(body, "retry_after_seconds") {
                Some(seconds) => error.with_detail("retry_after_seconds", seconds).into(),
                None => error.into(),
            }
        }
        None => sign_in(message).into(),
    }
}
