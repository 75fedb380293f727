//! [`Constraints`]: what a narrowed view of a client may do at most.

use alter_auth::ScopeConstraints;
use alter_transport::Narrowing;
use alter_types::RequestRule;

use crate::{Result, error::value};

/// Limits for a [constrained](crate::App::constrained) view. They narrow what the API key may do, and never widen it:
/// the vault refuses a scope that the key does not have.
///
/// ```
/// use alter_client::Constraints;
///
/// let read_only = Constraints::scopes(["tokens:retrieve", "grants:read"]);
/// ```
///
/// Limits without a limit do not exist:
///
/// ```compile_fail,E0599
/// alter_client::Constraints::default();
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "limits do nothing until a client is constrained by them"]
pub struct Constraints {
    scopes: Option<Vec<String>>,
    rule: Option<RequestRule>,
}

impl Constraints {
    /// Only these scopes of the API key, for example `grants:read`. Each consists of visible ASCII characters without
    /// a comma; the wildcard `*` is not one. At most 4,096 characters together.
    pub fn scopes(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { scopes: Some(scopes.into_iter().map(Into::into).collect()), rule: None }
    }

    /// Only requests that `rule` lets through, with all scopes of the API key.
    pub fn only_rule(rule: impl Into<RequestRule>) -> Self {
        Self { scopes: None, rule: Some(rule.into()) }
    }

    /// Only requests that `rule` lets through. At most 4,096 characters once encoded.
    ///
    /// The vault evaluates it wherever a credential is used. When a credential is released to this process
    /// ([`send`](crate::Call::send)), conditions on the method count as met; when a call is held for approval, the
    /// rule is kept and applied again before the call is made.
    pub fn rule(mut self, rule: impl Into<RequestRule>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Checks and encodes the limits.
    pub(crate) fn encode(&self) -> Result<Narrowing> {
        let mut narrowing = Narrowing::new();
        if let Some(scopes) = &self.scopes {
            let scopes = ScopeConstraints::new(scopes).map_err(|error| value(error.to_string()))?;
            narrowing.scopes = Some(scopes.header().into());
        }
        if let Some(rule) = &self.rule {
            narrowing.rule = Some(rule.to_header()?.into());
        }
        Ok(narrowing)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn rule(size: usize) -> RequestRule {
        let mut body = Map::new();
        body.insert("k".to_owned(), json!("v".repeat(size)));
        RequestRule::new("x", body)
    }

    #[test]
    fn limits_travel_as_two_header_values() {
        let limits = Constraints::scopes(["grants:read", "tokens:retrieve"]).rule(rule(1));
        let narrowing = limits.encode().unwrap();
        assert_eq!(narrowing.scopes.as_deref(), Some("grants:read,tokens:retrieve"));
        assert_eq!(narrowing.rule.as_deref(), Some("eyJydWxlX3R5cGUiOiJ4IiwicnVsZV9ib2R5Ijp7ImsiOiJ2In19"));
        assert_eq!(Constraints::only_rule(rule(1)).encode().unwrap().scopes, None);
    }

    #[test]
    fn what_would_widen_or_smuggle_is_refused() {
        let long = "s".repeat(4_097);
        let refused: [&[&str]; 9] =
            [&[], &[&long], &[""], &["*"], &["grants:read", "*"], &["a,b"], &["a b"], &["a\n"], &["é"]];
        for scopes in refused {
            assert!(Constraints::scopes(scopes.iter().copied()).encode().is_err(), "{scopes:?}");
        }
        let no_type = RequestRule::new("", Map::new());
        assert!(Constraints::only_rule(no_type).encode().is_err());
    }

    #[test]
    fn a_rule_has_a_largest_size_and_the_error_says_how_large_it_is() {
        // 38 bytes of envelope; base64 makes 4 characters of 3 bytes.
        assert!(Constraints::only_rule(rule(3_072 - 38)).encode().is_ok());
        let error = Constraints::only_rule(rule(3_072 - 37)).encode().unwrap_err();
        assert!(error.to_string().contains("4098") && error.to_string().contains("4096"), "{error}");
    }
}
