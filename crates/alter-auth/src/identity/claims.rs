//! The claims of an assertion, and what they have to be for one particular verifier.

use alter_types::{AssertionRejectReason as Reason, IdentityContext};
use serde_json::{Map, Value};

use super::MAX_ASSERTION_LIFETIME;
use crate::UnixSeconds;

pub(super) const USER_SUBJECT: &str = "alter:user:";
pub(super) const APP_SUBJECT: &str = "alter:app:";
pub(super) const AGENT_SUBJECT: &str = "alter:agent:";

/// How far the minting clock may be ahead of ours, in seconds. Expiry has no such leeway.
const CLOCK_LEEWAY: i64 = 5;

/// Claims that must be there and not null.
const REQUIRED: [&str; 8] = ["iss", "aud", "sub", "iat", "exp", "jti", "azp", "alter"];

/// What a verifier expects.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) app_id: String,
    pub(super) agent_id: Option<String>,
}

impl Expected {
    /// Who the claims are about, and when they stop being true. The order of the checks is the official one.
    pub(super) fn check(
        &self,
        claims: &Map<String, Value>,
        now: UnixSeconds,
    ) -> Result<(IdentityContext, UnixSeconds), Reason> {
        let present = |name: &&'static str| claims.get(*name).is_some_and(|value| !value.is_null());
        if !REQUIRED.iter().all(present) {
            return Err(Reason::Claims);
        }
        let expires = check_lifetime(claims, now)?;
        self.check_parties(claims)?;
        self.check_binding(claims)?;
        let identity = self.identity(claims)?;
        if self.agent_id.is_some() && self.agent_id != identity.agent_id {
            return Err(Reason::Binding);
        }
        Ok((identity, expires))
    }

    fn check_parties(&self, claims: &Map<String, Value>) -> Result<(), Reason> {
        let for_us = match &claims["aud"] {
            Value::String(one) => *one == self.audience,
            Value::Array(several) => {
                several.iter().all(Value::is_string) && several.iter().any(|one| *one == *self.audience)
            }
            _ => false,
        };
        if for_us && claims["iss"] == *self.issuer { Ok(()) } else { Err(Reason::Claims) }
    }

    fn check_binding(&self, claims: &Map<String, Value>) -> Result<(), Reason> {
        let alter = claims["alter"].as_object().ok_or(Reason::Claims)?;
        let bound = |value: Option<&Value>| value.and_then(Value::as_str) == Some(self.app_id.as_str());
        if bound(alter.get("app_id")) && bound(claims.get("azp")) { Ok(()) } else { Err(Reason::Binding) }
    }

    fn identity(&self, claims: &Map<String, Value>) -> Result<IdentityContext, Reason> {
        filled(claims.get("jti"))?;
        let subject = filled(claims.get("sub"))?;
        let mut identity = IdentityContext::new(self.app_id.as_str());
        if let Some(user) = subject.strip_prefix(USER_SUBJECT).filter(|id| !id.is_empty()) {
            identity = identity.with_user(user, "active");
        } else if let Some(app) = subject.strip_prefix(APP_SUBJECT) {
            if app != self.app_id {
                return Err(Reason::Binding);
            }
        } else {
            return Err(Reason::Claims);
        }
        match claims.get("act") {
            None | Some(Value::Null) => Ok(identity),
            Some(actor) => {
                let agent = filled(actor.get("sub"))?.strip_prefix(AGENT_SUBJECT);
                let agent = agent.filter(|id| !id.is_empty()).ok_or(Reason::Claims)?;
                filled(claims["alter"].get("agent_auth"))?;
                Ok(identity.with_agent_id(agent))
            }
        }
    }
}

/// Checks the times and returns when the claims end.
fn check_lifetime(claims: &Map<String, Value>, now: UnixSeconds) -> Result<UnixSeconds, Reason> {
    let seconds = |name: &str| claims[name].as_i64().ok_or(Reason::Lifetime);
    let (issued, expires) = (seconds("iat")?, seconds("exp")?);
    let not_before = if claims.contains_key("nbf") { seconds("nbf")? } else { i64::MIN };
    let alive = not_before <= now.0 && now.0 < expires;
    let issued_in_time = issued <= now.0.saturating_add(CLOCK_LEEWAY);
    let short = issued < expires && expires <= issued.saturating_add(MAX_ASSERTION_LIFETIME);
    if alive && issued_in_time && short { Ok(UnixSeconds(expires)) } else { Err(Reason::Lifetime) }
}

/// A text that is not empty.
fn filled(value: Option<&Value>) -> Result<&str, Reason> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(Reason::Claims)
}
