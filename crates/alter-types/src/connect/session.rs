//! OAuth connect sessions (`POST /sdk/oauth/connect/session`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ConnectMetadata, RequestedGrantInput};
use crate::{
    GrantPolicyInput, Secret, Timestamp, checked::checked_model, expose_in_json, expose_optional_in_json,
    lenient, setters::setters, strict,
};

/// Body of the request. The first four keys are always sent, null included.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectSessionRequest {
    /// The providers to choose from; `None` for all the application has.
    pub allowed_providers: Option<Vec<String>>,
    /// Where the browser goes afterwards.
    pub return_url: Option<String>,
    /// The origin that may embed the flow.
    pub allowed_origin: Option<String>,
    /// Where the person sits.
    pub metadata: Option<ConnectMetadata>,
    /// Skip the consent screens; needs exactly one provider. Sent only when true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Make the provider ask which account. Sent only when true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub switch_account: bool,
    /// Whether the user may add rules of their own; sent only when `Some(false)`, since true is the default.
    #[serde(skip_serializing_if = "only_false")]
    pub allow_user_policy_rules: Option<bool>,
    /// How long the grant may live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_policy: Option<GrantPolicyInput>,
    /// Scopes to ask for, by provider; they can only narrow what the application is set up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_scopes: Option<BTreeMap<String, Vec<String>>>,
    /// The grant's label and restrictions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_grant: Option<RequestedGrantInput>,
    /// The grant whose credential is to be replaced; needs exactly one provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair_grant_id: Option<String>,
    /// The agent to delegate to, by id or name; needs a user token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Whether the agent may delegate further; absent keeps the stored setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegable: Option<bool>,
    /// Scopes to narrow the delegation to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_constraint: Option<Vec<String>>,
    /// The user the grant is bound to (a JWT); without one it is the application's own.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_optional_in_json")]
    pub user_token: Option<Secret>,
}

/// True for everything that is not sent: the flag travels only when it says no.
pub(super) fn only_false(flag: &Option<bool>) -> bool {
    *flag != Some(false)
}

impl ConnectSessionRequest {
    /// A session for one provider.
    #[must_use]
    pub fn for_provider(provider_id: impl Into<String>) -> Self {
        Self { allowed_providers: Some(vec![provider_id.into()]), ..Self::default() }
    }

    setters! {
        with_return_url(return_url: ?String);
        with_allowed_origin(allowed_origin: ?String);
        with_metadata(metadata: ?ConnectMetadata);
        with_grant_policy(grant_policy: ?GrantPolicyInput);
        with_required_scopes(required_scopes: ?BTreeMap<String, Vec<String>>);
        with_requested_grant(requested_grant: ?RequestedGrantInput);
        with_repair_grant_id(repair_grant_id: ?String);
        with_agent(agent: ?String);
        with_delegable(delegable: ?bool);
        with_scope_constraint(scope_constraint: ?Vec<String>);
        with_user_token(user_token: ?Secret);
    }
}

/// A session that was made. Both the token and the URL let whoever holds them finish the flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct ConnectSession {
    /// Polls the session. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub session_token: Secret,
    /// Where to send the person; carries the token. Not empty.
    #[serde(deserialize_with = "strict::filled", serialize_with = "expose_in_json")]
    pub connect_url: Secret,
    /// Seconds it lives, not negative.
    pub expires_in: i64,
    /// When it ends, as text. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub expires_at: String,
    /// Providers that will ignore the scope constraint.
    #[serde(default, deserialize_with = "lenient::texts_kept")]
    pub scope_constraint_warnings: Vec<String>,
    /// There is only one provider to choose.
    #[serde(default, deserialize_with = "lenient::bool_or_false")]
    pub single_provider: bool,
    /// The consent screens are skipped.
    #[serde(default, deserialize_with = "lenient::bool_or_false")]
    pub direct: bool,
}

checked_model!(ConnectSession);

impl ConnectSession {
    /// A session that lives until `expires_at`, which is `expires_in` seconds away.
    #[must_use]
    pub fn new(session_token: Secret, connect_url: Secret, expires_in: i64, expires_at: Timestamp) -> Self {
        Self {
            session_token,
            connect_url,
            expires_in,
            expires_at: expires_at.to_string(),
            scope_constraint_warnings: Vec::new(),
            single_provider: false,
            direct: false,
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.expires_in >= 0 { Ok(()) } else { Err("expires_in must not be negative") }
    }
}
