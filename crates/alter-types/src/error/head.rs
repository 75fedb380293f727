//! What every error carries, whatever its family: message, details, status, request id, attempts, cause.

use std::{borrow::Cow, error::Error, fmt};

use serde_json::{Map, Value};

/// The common part of every error payload.
pub(crate) struct Head {
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: Map<String, Value>,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<Box<str>>,
    pub(crate) attempts: u32,
    /// The request certainly never reached the other side.
    pub(crate) unsent: bool,
    pub(crate) source: Option<Box<dyn Error + Send + Sync>>,
}

impl Head {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            details: Map::new(),
            status: None,
            request_id: None,
            attempts: 1,
            unsent: false,
            source: None,
        }
    }

    /// The explicit status, else an integer `status_code` among the details.
    pub(crate) fn status(&self) -> Option<u16> {
        self.status.or_else(|| u16::try_from(self.details.get("status_code")?.as_u64()?).ok())
    }

    /// Message, status, request id and the *names* of the details: values may be third parties' ids, payloads or
    /// worse.
    pub(crate) fn debug(&self, name: &str, kind: &dyn fmt::Debug, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("kind", kind)
            .field("message", &self.message)
            .field("status", &self.status())
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("details", &self.details.keys().collect::<Vec<_>>())
            .field("has_source", &self.source.is_some())
            .finish()
    }
}

/// Declares an error payload: a private head and a public `kind`, with the accessors and setters all of them share.
macro_rules! payload {
    ($(#[doc = $doc:literal])* $name:ident($kind:ty) => $variant:ident) => {
        $(#[doc = $doc])*
        ///
        /// `Display` is the message alone; `Debug` prints the names of the details, never their values.
        pub struct $name {
            pub(crate) head: Box<$crate::error::head::Head>,
            kind: $kind,
        }

        impl $name {
            /// An error of that kind with its standard message.
            #[must_use]
            pub fn new(kind: $kind) -> Self {
                let message = kind.as_error_kind().default_message();
                Self { head: Box::new($crate::error::head::Head::new(message)), kind }
            }

            /// Replaces the message. It must not contain a secret.
            #[must_use]
            pub fn with_message(mut self, message: impl Into<std::borrow::Cow<'static, str>>) -> Self {
                self.head.message = message.into();
                self
            }

            /// Adds a detail.
            #[must_use]
            pub fn with_detail(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
                self.head.details.insert(name.to_owned(), value.into());
                self
            }

            /// Replaces all details.
            #[must_use]
            pub fn with_details(mut self, details: serde_json::Map<String, serde_json::Value>) -> Self {
                self.head.details = details;
                self
            }

            /// States the HTTP status that came with the error.
            #[must_use]
            pub fn with_status(mut self, status: u16) -> Self {
                self.head.status = Some(status);
                self
            }

            /// Keeps the cause; it appears in `source()` and nowhere else.
            #[must_use]
            pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
                self.head.source = Some(source.into());
                self
            }

            /// Records that the request certainly never left, so that
            /// [`may_have_executed`](crate::AlterError::may_have_executed) is false.
            #[must_use]
            pub fn unsent(mut self) -> Self {
                self.head.unsent = true;
                self
            }

            /// What went wrong, with the fields of that case.
            #[must_use]
            pub fn kind(&self) -> &$kind {
                &self.kind
            }

            /// The sentence for people.
            #[must_use]
            pub fn message(&self) -> &str {
                &self.head.message
            }

            /// Everything else that is known. May hold payloads and ids of third parties: do not log it.
            #[must_use]
            pub fn details(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.head.details
            }

            /// The HTTP status, if one came.
            #[must_use]
            pub fn status(&self) -> Option<u16> {
                self.head.status()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.head.message)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.head.debug(stringify!($name), &self.kind.as_error_kind(), f)
            }
        }

        impl std::error::Error for $name {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                self.head.source.as_deref().map(|source| source as _)
            }
        }

        impl From<$name> for $crate::AlterError {
            fn from(error: $name) -> Self {
                Self::$variant(Box::new(error))
            }
        }
    };
}

pub(crate) use payload;
