//! Who makes a call: the caller label and its type, as they travel in `X-Alter-Caller` and `X-Alter-Caller-Type`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What kind of code makes the call. An audit attribute, not an access boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerType {
    /// An AI agent (the default).
    #[default]
    Agent,
    /// A backend service or job.
    Service,
}

impl CallerType {
    /// The wire spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Service => "service",
        }
    }
}

impl FromStr for CallerType {
    type Err = CallerError;

    fn from_str(text: &str) -> Result<Self, CallerError> {
        match text {
            "agent" => Ok(Self::Agent),
            "service" => Ok(Self::Service),
            _ => Err(CallerError::Type),
        }
    }
}

impl fmt::Display for CallerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a caller was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallerError {
    /// The label breaks the rules of [`Caller::new`].
    #[error("caller: expected 1 to 255 printable ASCII characters")]
    Name,
    /// The type is neither `agent` nor `service`.
    #[error("caller type: expected `agent` or `service`")]
    Type,
}

/// A caller label with its type: an audit label such as `billing-cron`, or a managed agent's UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caller {
    name: Box<str>,
    kind: CallerType,
}

impl Caller {
    /// Checks the label: 1 to 255 printable ASCII characters. A space at either end is accepted here, as the
    /// protocol does, but HTTP would trim it and break the signature: see [`survives_http`](Self::survives_http).
    ///
    /// # Errors
    /// [`CallerError::Name`] if the label breaks that rule.
    pub fn new(name: &str, kind: CallerType) -> Result<Self, CallerError> {
        let printable = name.bytes().all(|b| (0x20..=0x7e).contains(&b));
        if name.is_empty() || name.len() > 255 || !printable {
            return Err(CallerError::Name);
        }
        Ok(Self { name: name.into(), kind })
    }

    /// A caller of type `agent`.
    ///
    /// # Errors
    /// As [`Caller::new`].
    pub fn agent(name: &str) -> Result<Self, CallerError> {
        Self::new(name, CallerType::Agent)
    }

    /// A caller of type `service`.
    ///
    /// # Errors
    /// As [`Caller::new`].
    pub fn service(name: &str) -> Result<Self, CallerError> {
        Self::new(name, CallerType::Service)
    }

    /// Whether a header can carry the label unchanged: no space at either end. Clients refuse the others.
    #[must_use]
    pub fn survives_http(&self) -> bool {
        self.name.trim().len() == self.name.len()
    }

    /// The label.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type.
    #[must_use]
    pub fn kind(&self) -> CallerType {
        self.kind
    }
}
