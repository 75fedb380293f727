//! [`Refusal`]: what an SDK is told when a call is not served.

use std::{error::Error, fmt};

use alter_types::{ErrorBody, ErrorCode};

use crate::policy::Denial;

/// A call that was not served: the status and body for the caller, and what only the log may know.
///
/// The body never holds a secret and never tells one application about another's objects.
///
/// One pointer wide, because it travels in the `Err` of nearly everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(Box<Told>);

#[derive(Debug, Clone, PartialEq)]
struct Told {
    status: u16,
    body: ErrorBody,
    internal: Option<String>,
}

impl Refusal {
    /// A refusal with the status the code table gives this code, 500 for a code it does not hold.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let status = code.status().unwrap_or(500);
        Self(Box::new(Told { status, body: ErrorBody::new(code, message), internal: None }))
    }

    /// The refusal for a grant that does not exist or cannot be seen: the same in every byte.
    #[must_use]
    pub fn grant_not_found() -> Self {
        Denial::NoSuchGrant { provider: None }.into()
    }

    /// The same with another status than its code has everywhere else.
    #[must_use]
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    /// Adds a field to the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.0.body.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a remark for the log.
    #[must_use]
    pub(crate) fn because(mut self, internal: impl fmt::Display) -> Self {
        self.0.internal = Some(internal.to_string());
        self
    }

    /// The storage cannot serve now; nothing was released.
    pub(crate) fn unavailable(internal: impl fmt::Display) -> Self {
        Self::new(
            ErrorCode::SERVICE_UNAVAILABLE,
            "The vault cannot serve this request now. Try again shortly.",
        )
        .because(internal)
    }

    /// The vault failed in a way a retry does not cure.
    pub(crate) fn internal_error(internal: impl fmt::Display) -> Self {
        Self::new(
            ErrorCode::INTERNAL_ERROR,
            "The vault failed. Its log has the details under this request id.",
        )
        .because(internal)
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The machine-readable word.
    #[must_use]
    pub fn code(&self) -> &ErrorCode {
        &self.0.body.error
    }

    /// The body for the caller.
    #[must_use]
    pub fn body(&self) -> &ErrorBody {
        &self.0.body
    }

    /// The body for the caller, by value.
    #[must_use]
    pub fn into_body(self) -> ErrorBody {
        self.0.body
    }

    /// What the log may know and the caller may not. Holds no secret either.
    #[must_use]
    pub fn internal(&self) -> Option<&str> {
        self.0.internal.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.status, self.0.body.error, self.0.body.message)
    }
}

impl Error for Refusal {}
