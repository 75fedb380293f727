//! How long a grant lives, and what it is narrowed to: [`GrantPolicy`], [`GrantPolicyInput`], scope constraints.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, checked::checked_model, error::ValueError, setters::setters};

/// The policy of a connection, as its result shows it. Times are text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantPolicy {
    /// When the grant ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Who set it: `developer`, `end_user` or a newer word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
}

impl GrantPolicy {
    setters! {
        with_expires_at(expires_at: ?String);
        with_created_by(created_by: ?String);
        with_created_at(created_at: ?String);
    }
}

/// How long a grant may live. Unknown fields are refused, since a misspelt one would lift the limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
#[non_exhaustive]
pub struct GrantPolicyInput {
    /// When the grant ends: an ISO 8601 date-time, sent as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The longest life a user may choose, in seconds, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ttl_seconds: Option<i64>,
    /// The life a user gets without choosing, in seconds, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_ttl_seconds: Option<i64>,
}

checked_model!(GrantPolicyInput);

impl GrantPolicyInput {
    /// A policy that ends at an instant.
    #[must_use]
    pub fn expiring_at(instant: Timestamp) -> Self {
        Self { expires_at: Some(instant.to_string()), ..Self::default() }
    }

    setters! {
        with_max_ttl_seconds(max_ttl_seconds: ?i64);
        with_default_ttl_seconds(default_ttl_seconds: ?i64);
    }

    /// Checks what a caller filled in.
    ///
    /// # Errors
    /// [`ValueError`] if `expires_at` is not a date-time or a time to live is not above 0.
    pub fn validate(&self) -> Result<(), ValueError> {
        self.check().map_err(ValueError::argument)
    }

    fn check(&self) -> Result<(), &'static str> {
        let positive = |ttl: Option<i64>| ttl.is_none_or(|ttl| ttl > 0);
        if !positive(self.max_ttl_seconds) || !positive(self.default_ttl_seconds) {
            return Err("max_ttl_seconds and default_ttl_seconds must be greater than 0");
        }
        match &self.expires_at {
            Some(text) if text.parse::<Timestamp>().is_err() => {
                Err("expires_at must be an ISO 8601 date-time")
            }
            _ => Ok(()),
        }
    }
}

/// Checks a scope constraint: 1 to 100 scopes of 1 to 512 printable ASCII characters without space, `"` and `\`
/// (RFC 6749 scope tokens; white space around one is trimmed), and not `*`.
///
/// # Errors
/// [`ValueError`] if a rule is broken.
pub fn check_scope_constraint<S: AsRef<str>>(scopes: &[S]) -> Result<(), ValueError> {
    let token = |byte: u8| (0x21..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\';
    let concrete = |scope: &S| {
        let scope = scope.as_ref().trim();
        (1..=512).contains(&scope.len()) && scope != "*" && scope.bytes().all(token)
    };
    if (1..=100).contains(&scopes.len()) && scopes.iter().all(concrete) {
        Ok(())
    } else {
        Err(ValueError::argument(
            "scope_constraint: expected 1 to 100 concrete scopes, each 1 to 512 printable ASCII characters \
             without space, quote and backslash",
        ))
    }
}
