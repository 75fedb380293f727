//! Bodies of `POST /sdk/identity/resolve` and `/sdk/identity/assert`.

use serde::{Deserialize, Serialize};

use crate::{Secret, expose_optional_in_json, setters::setters};

/// Asks who a call is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResolveIdentityRequest {
    /// Whether to tell the e-mail address and the display name.
    pub include_profile: bool,
    /// The user (a JWT), 1 to 8192 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub user_token: Option<Secret>,
    /// The application's user; for agents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_user_id: Option<String>,
}

impl ResolveIdentityRequest {
    setters! {
        with_include_profile(include_profile: =bool);
        with_user_token(user_token: ?Secret);
        with_app_user_id(app_user_id: ?String);
    }
}

/// Asks for a signed assertion of who a call is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AssertIdentityRequest {
    /// Whose identity; its fields come first on the wire.
    #[serde(flatten)]
    pub identity: ResolveIdentityRequest,
    /// Whom the assertion is for: a URI of 1 to 512 characters.
    pub audience: String,
    /// Seconds it lives, 10 to 300; the backend's default is 120.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
}

impl AssertIdentityRequest {
    /// An assertion of `identity` for `audience`.
    #[must_use]
    pub fn new(identity: ResolveIdentityRequest, audience: impl Into<String>) -> Self {
        Self { identity, audience: audience.into(), ttl_seconds: None }
    }

    setters! { with_ttl_seconds(ttl_seconds: ?u32); }
}
