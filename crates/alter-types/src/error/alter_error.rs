//! [`AlterError`]: everything that can go wrong in a call, as one type, and the questions a caller asks of it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    ApprovalError, ApprovalErrorKind, BackendError, BackendKind, ClientError, ConnectError, ErrorKind,
    MemoryIsolationError, NetworkError, ProviderError, ValueError, fields, head::Head,
};

/// Everything that can go wrong in a call.
///
/// Match the variant to know which side spoke, [`kind`](Self::kind) to know what it means, and
/// [`code`](Self::code) for a word of the backend that has no kind of its own. `Display` is one sentence without
/// the cause; `Debug` shows names of details, never values.
///
/// ```
/// use alter_types::{AlterError, ErrorKind, ErrorResponse, Surface};
///
/// let body = br#"{"error":"grant_revoked","message":"Revoked by the user."}"#;
/// let error = AlterError::from_response(Surface::Main, &ErrorResponse::new(403, body));
/// assert_eq!(error.kind(), ErrorKind::GrantRevoked);
/// assert!(error.is_reauth_required() && !error.is_transient());
/// assert_eq!(error.to_string(), "Revoked by the user.");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AlterError {
    /// An argument was refused; nothing was sent.
    #[error(transparent)]
    Value(Box<ValueError>),
    /// A memory isolation rule refused the identity.
    #[error(transparent)]
    Memory(Box<MemoryIsolationError>),
    /// The backend answered and said no, or answered outside its contract.
    #[error(transparent)]
    Backend(Box<BackendError>),
    /// A connect or sign-in flow ended without a grant.
    #[error(transparent)]
    Connect(Box<ConnectError>),
    /// The provider answered with an error.
    #[error(transparent)]
    Provider(Box<ProviderError>),
    /// No answer: connection, TLS, time-out.
    #[error(transparent)]
    Network(Box<NetworkError>),
    /// An approval ended other than by execution.
    #[error(transparent)]
    Approval(Box<ApprovalError>),
    /// The client itself: closed, misconfigured, no user token.
    #[error(transparent)]
    Client(Box<ClientError>),
}

macro_rules! each_payload {
    ($error:expr, $payload:ident => $body:expr) => {
        match $error {
            AlterError::Value($payload) => $body,
            AlterError::Memory($payload) => $body,
            AlterError::Backend($payload) => $body,
            AlterError::Connect($payload) => $body,
            AlterError::Provider($payload) => $body,
            AlterError::Network($payload) => $body,
            AlterError::Approval($payload) => $body,
            AlterError::Client($payload) => $body,
        }
    };
}

impl AlterError {
    fn head(&self) -> &Head {
        each_payload!(self, payload => &payload.head)
    }

    fn head_mut(&mut self) -> &mut Head {
        each_payload!(self, payload => &mut payload.head)
    }

    /// What went wrong, as one flat word.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        each_payload!(self, payload => payload.kind().as_error_kind())
    }

    /// The other side's own word for it, whether this release knows it or not: the `error` of a backend body, the
    /// `error_code` of a connect flow, or the code of a memory rule.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Memory(error) => Some(error.code().as_str()),
            Self::Connect(_) => self.detail("error_code").or_else(|| self.detail("error")),
            _ => self
                .detail("error")
                .or_else(|| self.kind().agent_code())
                .or_else(|| self.detail("error_code")),
        }
    }

    fn detail(&self, name: &str) -> Option<&str> {
        self.details().get(name)?.as_str()
    }

    /// The HTTP status, if an answer came: the backend's, or for [`Provider`](Self::Provider) the provider's.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.head().status()
    }

    /// Everything else that is known, usually the error body. May hold payloads and ids of third parties: do not
    /// log it.
    #[must_use]
    pub fn details(&self) -> &Map<String, Value> {
        &self.head().details
    }

    /// The id to quote to whoever runs the backend.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.head().request_id.as_deref()
    }

    /// How many times the request was tried, at least 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.head().attempts
    }

    /// Records how many times the request was tried.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.head_mut().attempts = attempts.max(1);
        self
    }

    /// Records the id to quote to whoever runs the backend.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<Box<str>>) -> Self {
        self.head_mut().request_id = Some(request_id.into());
        self
    }

    /// How long the other side asked to wait, at most an hour (31 days for a quota).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = match self {
            Self::Backend(error) => match error.kind() {
                BackendKind::QuotaExceeded { retry_after } => *retry_after,
                BackendKind::RateLimit(limited) => limited.retry_after,
                _ => fields::count(self.details(), "retry_after_seconds"),
            },
            _ => fields::count(self.details(), "retry_after_seconds"),
        };
        seconds.map(Duration::from_secs)
    }

    /// Trying again unchanged may work: a rate limit, a refresh in progress, a failed connection, an overloaded
    /// backend. Never true for a used-up quota.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self.kind() {
            ErrorKind::RateLimit | ErrorKind::TokenRefreshInProgress | ErrorKind::CallerAgentResolution => {
                true
            }
            ErrorKind::Backend => matches!(self.status(), Some(502..=504)),
            kind => kind.is(ErrorKind::Network),
        }
    }

    /// Whether the call may have had its effect all the same. The honest answer for calls that are not safe to
    /// repeat: true when no answer came after the request may have left, when the backend or the provider answered
    /// 500 or above, and while an approval is open or its execution failed.
    #[must_use]
    pub fn may_have_executed(&self) -> bool {
        if self.head().unsent {
            return false;
        }
        match self {
            Self::Network(_) => true,
            Self::Backend(error) => {
                !matches!(error.kind(), BackendKind::Agent { .. }) && self.failed_inside()
            }
            Self::Provider(_) => self.failed_inside(),
            Self::Approval(error) => {
                matches!(error.kind(), ApprovalErrorKind::Timeout | ApprovalErrorKind::ExecutionFailed)
            }
            Self::Value(_) | Self::Memory(_) | Self::Connect(_) | Self::Client(_) => false,
        }
    }

    /// A status that does not say whether anything happened. 2xx and 3xx: an answer outside the contract.
    fn failed_inside(&self) -> bool {
        self.status().is_none_or(|status| !(400..500).contains(&status))
    }
}

/// Questions by family, as catching a parent class would ask them.
impl AlterError {
    /// The backend refused or broke its contract.
    ///
    /// *Troubleshooting*: [`code`](Self::code) and the message say why; quote [`request_id`](Self::request_id).
    #[must_use]
    pub fn is_backend(&self) -> bool {
        self.kind().is(ErrorKind::Backend)
    }

    /// The person has to sign in or connect again; see [`recovery`](Self::recovery).
    #[must_use]
    pub fn is_reauth_required(&self) -> bool {
        self.kind().is(ErrorKind::ReAuthRequired)
    }

    /// Nothing the caller can see answers to that address.
    ///
    /// *Troubleshooting*: a wrong id, a grant of another application, or one that is not delegated to this agent.
    #[must_use]
    pub fn is_grant_not_found(&self) -> bool {
        self.kind().is(ErrorKind::GrantNotFound)
    }

    /// A rule forbids the use.
    ///
    /// *Troubleshooting*: the message names the smallest change that would allow it.
    #[must_use]
    pub fn is_policy_violation(&self) -> bool {
        self.kind().is(ErrorKind::PolicyViolation)
    }

    /// A managed agent or an API key is not in the state the call needs.
    #[must_use]
    pub fn is_agent_error(&self) -> bool {
        self.kind().is(ErrorKind::Agent)
    }

    /// A connect flow ended without a grant.
    #[must_use]
    pub fn is_connect_flow(&self) -> bool {
        self.kind().is(ErrorKind::ConnectFlow)
    }

    /// The provider answered with an error.
    #[must_use]
    pub fn is_provider(&self) -> bool {
        self.kind().is(ErrorKind::ProviderApi)
    }

    /// No answer came, time-outs included.
    #[must_use]
    pub fn is_network(&self) -> bool {
        self.kind().is(ErrorKind::Network)
    }

    /// An approval ended other than by execution.
    #[must_use]
    pub fn is_approval(&self) -> bool {
        self.kind().is(ErrorKind::Approval)
    }
}
