//! From an answer to an error: [`AlterError::from_response`].

use serde_json::{Map, Value};

use super::{
    AlterError, AmbiguousGrant, ApprovalError, ApprovalErrorKind, BackendError, BackendKind, ConnectError,
    ConnectErrorKind, CredentialChoice, ErrorKind, ErrorResponse, GrantContext, InsufficientScope,
    PolicyDemand, PolicyViolation, ProviderError, ProviderGrant, ProviderKind, RateLimited, ReAuthKind,
    RevokedCredential, Surface, classify, fields,
    response::NormalBody,
    retry_after::{self, MAX_QUOTA_RETRY_AFTER, MAX_RETRY_AFTER},
};

impl AlterError {
    /// Reads an answer that is not a success: any status, any body.
    ///
    /// The body is looked into up to [`MAX_ERROR_BODY`](super::MAX_ERROR_BODY) bytes; of a body that is not JSON
    /// nothing is kept. A wrongly typed field is dropped. The message is the body's own where it has one.
    #[must_use]
    pub fn from_response(surface: Surface, response: &ErrorResponse<'_>) -> Self {
        let body = NormalBody::read(response);
        let error = match kind_of(surface, response.status, &body) {
            ErrorKind::ApprovalDenied => approval(ApprovalErrorKind::Denied, response, &body),
            ErrorKind::ApprovalExpired => approval(ApprovalErrorKind::Expired, response, &body),
            ErrorKind::ApprovalExecutionFailed => {
                approval(ApprovalErrorKind::ExecutionFailed, response, &body)
            }
            ErrorKind::ConnectConfig => connect_config(body),
            ErrorKind::ScopeReauthRequired => scope_mismatch(surface, response, &body),
            kind => backend(surface, kind, response, body),
        };
        match response.request_id {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }
}

fn kind_of(surface: Surface, status: u16, body: &NormalBody) -> ErrorKind {
    if status == 429 && !body.is_json {
        // An intermediary's page: its limit, not a code of ours.
        return ErrorKind::RateLimit;
    }
    classify(surface, status, body.code().as_deref())
}

fn approval(kind: ApprovalErrorKind, response: &ErrorResponse<'_>, body: &NormalBody) -> AlterError {
    let error = ApprovalError::new(kind).with_status(response.status);
    match body.message() {
        Some(message) => error.with_message(message).into(),
        None => error.into(),
    }
}

fn connect_config(body: NormalBody) -> AlterError {
    let error = ConnectError::new(ConnectErrorKind::Config);
    let error = match body.message() {
        Some(message) => error.with_message(message),
        None => error,
    };
    error.with_details(body.object).into()
}

/// The backend knows that the provider will refuse: the error a call would have got from the provider itself.
fn scope_mismatch(surface: Surface, response: &ErrorResponse<'_>, body: &NormalBody) -> AlterError {
    let mut details = fields::object(&body.object, "details").cloned().unwrap_or_default();
    let grant = ProviderGrant {
        grant_id: fields::text(&details, "grant_id"),
        provider_id: fields::text(&details, "provider_id"),
        missing_scopes: details
            .get("missing_scopes")
            .and_then(Value::as_array)
            .map(|list| fields::strings(list)),
    };
    details.insert("source".to_owned(), "backend_flag".into());
    if surface == Surface::Proxy {
        details.insert("status_code".to_owned(), response.status.into());
    }
    let error = ProviderError::new(ProviderKind::ScopeReauthRequired(grant));
    let error = match body.message() {
        Some(message) => error.with_message(message),
        None => error,
    };
    error.with_details(details).with_status(response.status).into()
}

fn backend(surface: Surface, kind: ErrorKind, response: &ErrorResponse<'_>, body: NormalBody) -> AlterError {
    let message = match kind {
        ErrorKind::BlockedDestination => None, // the wire text may describe the inside of a network
        _ => body.message(),
    };
    let typed = backend_kind(surface, kind, response, &body.object);
    let error = BackendError::new(typed).with_details(details(surface, kind, response, body));
    let error = error.with_status(response.status);
    match message {
        Some(message) => error.with_message(message).into(),
        None if kind == ErrorKind::Backend => {
            error.with_message(format!("the backend answered with HTTP status {}", response.status)).into()
        }
        None => error.into(),
    }
}

/// The body, with what the kind adds to it.
fn details(
    surface: Surface,
    kind: ErrorKind,
    response: &ErrorResponse<'_>,
    body: NormalBody,
) -> Map<String, Value> {
    let mut details = body.object;
    if surface == Surface::ApprovalStatus && kind == ErrorKind::Backend {
        details.retain(|name, value| name == "status_code" || (name == "error" && value.is_string()));
        return details;
    }
    if matches!(kind, ErrorKind::PolicyViolation | ErrorKind::GrantExpired) {
        let nested = fields::object(&details, "details").cloned().unwrap_or_default();
        for (name, value) in nested {
            details.entry(name).or_insert(value);
        }
    }
    if let (ErrorKind::BlockedDestination, Some(id)) = (kind, response.request_id) {
        details.insert("request_id".to_owned(), id.into());
    }
    let hint =
        response.retry_after.and_then(|header| retry_after::parse_retry_after(header, MAX_RETRY_AFTER));
    if let (500 | 503, Some(seconds)) = (response.status, hint) {
        details.insert("retry_after_seconds".to_owned(), seconds.into());
    }
    details
}

fn backend_kind(
    surface: Surface,
    kind: ErrorKind,
    response: &ErrorResponse<'_>,
    body: &Map<String, Value>,
) -> BackendKind {
    match kind {
        ErrorKind::BlockedDestination => BackendKind::BlockedDestination,
        ErrorKind::ReAuthRequired => BackendKind::ReAuth(ReAuthKind::UserToken),
        ErrorKind::GrantExpired => BackendKind::ReAuth(ReAuthKind::GrantExpired(GrantContext::read(body))),
        ErrorKind::GrantRevoked => {
            BackendKind::ReAuth(ReAuthKind::GrantRevoked { grant_id: fields::text(body, "grant_id") })
        }
        ErrorKind::CredentialRevoked => {
            BackendKind::ReAuth(ReAuthKind::CredentialRevoked(RevokedCredential::read(body)))
        }
        ErrorKind::GrantDeleted => BackendKind::ReAuth(ReAuthKind::GrantDeleted),
        ErrorKind::GrantNotFound => BackendKind::GrantNotFound(GrantContext::read(body)),
        ErrorKind::AmbiguousGrant => BackendKind::AmbiguousGrant(AmbiguousGrant::read(body)),
        ErrorKind::NoDelegatedGrant => BackendKind::NoDelegatedGrant(GrantContext::read(body)),
        ErrorKind::PolicyViolation => policy(body, PolicyDemand::Refused),
        ErrorKind::StepUpRequired => {
            let max_session_age_seconds = fields::integer(body, "max_session_age_seconds");
            policy(body, PolicyDemand::StepUp { max_session_age_seconds })
        }
        ErrorKind::RedactDischargeFailed => policy(body, PolicyDemand::Redaction),
        ErrorKind::RestrictedGrantRequiresProxy => BackendKind::RestrictedGrantRequiresProxy,
        ErrorKind::GrantNotDelegable => {
            BackendKind::GrantNotDelegable { detail_reason: fields::filled_text(body, "detail_reason") }
        }
        ErrorKind::SiblingLabelConflict => {
            BackendKind::SiblingLabelConflict { label: fields::text(body, "label") }
        }
        ErrorKind::CredentialIdRequired => {
            BackendKind::CredentialIdRequired { credentials: CredentialChoice::read_all(body) }
        }
        ErrorKind::EndUserCredentialNotAssignable => BackendKind::EndUserCredentialNotAssignable,
        ErrorKind::InsufficientScope => BackendKind::InsufficientScope(InsufficientScope::read(body)),
        ErrorKind::TokenRefreshInProgress => {
            BackendKind::TokenRefreshInProgress { grant_id: fields::text(body, "grant_id") }
        }
        ErrorKind::QuotaExceeded => BackendKind::QuotaExceeded {
            retry_after: retry_after::resolve(response.retry_after, body, MAX_QUOTA_RETRY_AFTER),
        },
        ErrorKind::RateLimit => {
            let wait = retry_after::resolve(response.retry_after, body, MAX_RETRY_AFTER);
            BackendKind::RateLimit(RateLimited::read(body, wait))
        }
        kind if kind.is(ErrorKind::Agent) => {
            BackendKind::Agent { kind, hint: hint(surface, response.status, body) }
        }
        _ => BackendKind::Other,
    }
}

fn policy(body: &Map<String, Value>, demand: PolicyDemand) -> BackendKind {
    BackendKind::Policy(PolicyViolation::new(fields::text(body, "error"), demand))
}

/// The agents surface reads `hint` always, the main one only beside the 401 codes.
fn hint(surface: Surface, status: u16, body: &Map<String, Value>) -> Option<String> {
    match surface {
        Surface::Agents => fields::text(body, "hint"),
        _ if status == 401 => fields::filled_text(body, "hint"),
        _ => None,
    }
}
