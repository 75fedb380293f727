//! [`AssertionVerifier`]: checks an assertion offline, for one issuer, audience and application.

use alter_types::{
    Timestamp, VerifiedIdentity,
    error::{MemoryIsolationError, ValueError},
};

use super::{JwkSet, claims::Expected, jws::Jws};
use crate::UnixSeconds;

/// What an assertion is verified against. Make one and use it for every token.
#[derive(Debug, Clone)]
pub struct AssertionVerifier {
    expected: Expected,
    keys: JwkSet,
}

impl AssertionVerifier {
    /// Accepts assertions of `issuer` for `audience`, about the application `app_id`, signed by one of `keys`.
    ///
    /// # Errors
    /// [`ValueError`] if one of the texts is empty.
    pub fn new(issuer: &str, audience: &str, app_id: &str, keys: JwkSet) -> Result<Self, ValueError> {
        let expected = Expected {
            issuer: filled(issuer, "issuer: must not be empty")?,
            audience: filled(audience, "audience: must not be empty")?,
            app_id: filled(app_id, "expected_app_id: must not be empty")?,
            agent_id: None,
        };
        Ok(Self { expected, keys })
    }

    /// Accepts assertions about this agent only.
    ///
    /// # Errors
    /// [`ValueError`] if it is empty.
    pub fn for_agent(mut self, agent_id: &str) -> Result<Self, ValueError> {
        self.expected.agent_id = Some(filled(agent_id, "expected_agent_id: must not be empty")?);
        Ok(self)
    }

    /// Verifies one token at the time `now`.
    ///
    /// # Errors
    /// [`MemoryIsolationError`] with the code `memory_assertion_invalid` and, as its detail `reason`, the part that
    /// failed: `malformed`, `header`, `key`, `signature`, `lifetime`, `claims` or `binding`. Nothing of the token is
    /// repeated.
    pub fn verify(&self, token: &str, now: UnixSeconds) -> Result<VerifiedIdentity, MemoryIsolationError> {
        let verified = || {
            let jws = Jws::parse(token)?;
            self.keys.verifying_key(&jws.key_id)?.verify(jws.signed, &jws.signature)?;
            self.expected.check(&jws.claims()?, now)
        };
        let (identity, expires) = verified().map_err(MemoryIsolationError::assertion_invalid)?;
        Ok(VerifiedIdentity::vouch_for_assertion(identity, Timestamp::from_unix_seconds(expires.0)))
    }
}

fn filled(text: &str, rule: &'static str) -> Result<String, ValueError> {
    if text.is_empty() { Err(ValueError::argument(rule)) } else { Ok(text.to_owned()) }
}
