//! [`NewAssertion`]: what a vault asserts, before it is signed.

use alter_types::error::ValueError;

use super::MAX_ASSERTION_LIFETIME;

/// How long an assertion lives: 10 to 300 seconds, 120 unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssertionTtl(pub(super) i64);

impl AssertionTtl {
    /// A life of `seconds`.
    ///
    /// # Errors
    /// [`ValueError`] unless it is 10 to 300.
    pub fn seconds(seconds: i64) -> Result<Self, ValueError> {
        if (10..=MAX_ASSERTION_LIFETIME).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(ValueError::argument("ttl_seconds: expected 10 to 300"))
        }
    }
}

impl Default for AssertionTtl {
    fn default() -> Self {
        Self(120)
    }
}

/// Whom an assertion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// A user of the application. The minter has checked that the user is active.
    User(&'a str),
    /// The application itself, without a user.
    Application,
}

/// What to assert.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct NewAssertion<'a> {
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) app_id: &'a str,
    pub(super) subject: Subject<'a>,
    pub(super) agent: Option<ActingAgent<'a>>,
    pub(super) ttl: AssertionTtl,
}

/// The agent that acts.
#[derive(Debug, Clone, Copy)]
pub(super) struct ActingAgent<'a> {
    pub(super) id: &'a str,
    pub(super) authenticated_by: &'a str,
}

impl<'a> NewAssertion<'a> {
    /// An assertion of `issuer` for `audience` about `subject` of the application `app_id`.
    pub fn new(issuer: &'a str, audience: &'a str, app_id: &'a str, subject: Subject<'a>) -> Self {
        Self { issuer, audience, app_id, subject, agent: None, ttl: AssertionTtl::default() }
    }

    /// Names the agent that acts, and how it was authenticated (for example `agent_key`).
    pub fn acting_agent(self, id: &'a str, authenticated_by: &'a str) -> Self {
        Self { agent: Some(ActingAgent { id, authenticated_by }), ..self }
    }

    /// Sets how long it lives.
    pub fn ttl(self, ttl: AssertionTtl) -> Self {
        Self { ttl, ..self }
    }

    /// Every text a verifier insists on.
    pub(super) fn check(&self) -> Result<(), ValueError> {
        let user = match self.subject {
            Subject::User(id) => id,
            Subject::Application => self.app_id,
        };
        let agent = self.agent.map_or(["-"; 2], |agent| [agent.id, agent.authenticated_by]);
        let texts = [self.issuer, self.audience, self.app_id, user, agent[0], agent[1]];
        if texts.iter().any(|text| text.is_empty()) {
            return Err(ValueError::argument("an assertion cannot be about an empty name"));
        }
        Ok(())
    }
}
