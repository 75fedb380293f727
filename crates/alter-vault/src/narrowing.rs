//! [`Narrowing`]: what a client gave up for one request, below what its key may do (`docs/protocol.md` 8).

use alter_auth::{ScopeConstraints, ScopeConstraintsError};
use alter_types::RequestRule;

use crate::policy::rule::{Rule, RuleError};

/// The signed limits of one request, read and checked. Without any, nothing is given up.
#[derive(Debug, Clone, Default)]
pub struct Narrowing {
    pub(crate) scopes: Option<ScopeConstraints>,
    pub(crate) rule: Option<Rule>,
}

/// Limits that cannot be understood. The request is refused: serving it in full would give what its sender gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NarrowingError {
    /// `X-Alter-Scope-Constraints` is not a list of scopes.
    #[error("X-Alter-Scope-Constraints: {0}")]
    Scopes(ScopeConstraintsError),
    /// `X-Alter-Request-Rule` is not a rule in its envelope.
    #[error(
        "X-Alter-Request-Rule is not base64url of {{\"rule_type\": …, \"rule_body\": …}}, or is longer than 4096 bytes"
    )]
    Envelope,
    /// The rule says something this vault cannot judge.
    #[error("X-Alter-Request-Rule: {0}")]
    Rule(RuleError),
}

impl Narrowing {
    /// Reads the values of `X-Alter-Scope-Constraints` and `X-Alter-Request-Rule`.
    ///
    /// # Errors
    /// [`NarrowingError`] says which one is malformed and what is expected.
    pub fn read(scopes: Option<&str>, rule: Option<&str>) -> Result<Self, NarrowingError> {
        let scopes = scopes.map(ScopeConstraints::from_header).transpose().map_err(NarrowingError::Scopes)?;
        let rule = match rule {
            None => None,
            Some(header) => {
                let envelope = RequestRule::from_header(header).map_err(|_| NarrowingError::Envelope)?;
                Some(Rule::read(&envelope).map_err(NarrowingError::Rule)?)
            }
        };
        Ok(Self { scopes, rule })
    }
}
