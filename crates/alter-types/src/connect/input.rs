//! The small objects a connect request carries. Unknown fields are refused.

use serde::{Deserialize, Serialize};

use crate::{checked::checked_model, error::ValueError, setters::setters, strict::characters};

/// The grant an application asks for, beyond the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestedGrantInput {
    /// The grant's label, 1 to 255 characters.
    pub label: String,
    /// What it may be used for; not on managed secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<GrantRestrictions>,
}

checked_model!(RequestedGrantInput);

impl RequestedGrantInput {
    /// A grant with that label and no restrictions.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), restrictions: None }
    }

    setters! { with_restrictions(restrictions: ?GrantRestrictions); }

    /// Checks what a caller filled in.
    ///
    /// # Errors
    /// [`ValueError`] if the label has not 1 to 255 characters.
    pub fn validate(&self) -> Result<(), ValueError> {
        self.check().map_err(ValueError::argument)
    }

    fn check(&self) -> Result<(), &'static str> {
        if characters(&self.label, 1, 255) { Ok(()) } else { Err("label: expected 1 to 255 characters") }
    }
}

/// What a grant may be used for. A grant with restrictions works in proxy mode only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GrantRestrictions {
    /// HTTP methods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_methods: Option<Vec<String>>,
    /// Path patterns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_endpoints: Option<Vec<String>>,
}

impl GrantRestrictions {
    setters! {
        with_allowed_methods(allowed_methods: ?Vec<String>);
        with_allowed_endpoints(allowed_endpoints: ?Vec<String>);
    }
}

/// Where the person who connects sits, for the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConnectMetadata {
    /// The browser's user agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The browser's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
}

impl ConnectMetadata {
    setters! {
        with_ip_address(ip_address: ?String);
        with_user_agent(user_agent: ?String);
    }
}
