//! [`Scope`]: what an API key may do, as `resource:verb` or `resource:verb:instance`.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// One scope of an API key, for example `tokens:retrieve` or `grants:read`.
///
/// `read` < `write` < `admin` form a ladder: a higher rung covers the lower ones of the same resource. Every other
/// verb stands alone. A scope without an instance covers every instance. There is no scope that covers everything.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Box<str>);

/// A text that is not a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a scope: expected `resource:verb` or `resource:verb:instance`, in lower case, at most 128 characters, \
     for example tokens:retrieve"
)]
pub struct ParseScopeError;

impl Scope {
    /// Ask for a credential.
    pub const TOKENS_RETRIEVE: &str = "tokens:retrieve";
    /// Have the vault make a call.
    pub const PROXY_EXECUTE: &str = "proxy:execute";
    /// See how a frozen call stands, and fetch its result.
    pub const APPROVALS_READ: &str = "approvals:read";
    /// Report calls made with a credential.
    pub const AUDIT_EMIT: &str = "audit:emit";
    /// See agents and their keys.
    pub const AGENTS_READ: &str = "agents:read";
    /// Make, change and end agents and their keys.
    pub const AGENTS_WRITE: &str = "agents:write";
    /// List grants.
    pub const GRANTS_READ: &str = "grants:read";
    /// Revoke grants.
    pub const GRANTS_WRITE: &str = "grants:write";

    /// What a backend that uses credentials needs: to use them, to report it, to list and revoke grants.
    #[must_use]
    pub fn backend() -> Vec<Self> {
        [Self::agent(), vec![Self(Self::GRANTS_WRITE.into())]].concat()
    }

    /// What every key of an agent carries: to use credentials, to report it, and to list grants.
    #[must_use]
    pub fn agent() -> Vec<Self> {
        let all = [Self::TOKENS_RETRIEVE, Self::PROXY_EXECUTE, Self::AUDIT_EMIT, Self::GRANTS_READ];
        all.into_iter().map(|scope| Self(scope.into())).collect()
    }

    /// The scope as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, ParseScopeError> {
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
        };
        let parts = text.split(':').count();
        if text.len() <= 128 && (2..=3).contains(&parts) && text.split(':').all(word) {
            Ok(Self(text.into()))
        } else {
            Err(ParseScopeError)
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.0)
    }
}

/// Whether the scopes of a key, written with spaces between them, cover `required`. Reads without allocating: this
/// runs for every call.
pub(crate) fn covers(granted: &str, required: &str) -> bool {
    granted.split(' ').any(|scope| scope == required || outranks(scope, required))
}

fn outranks(granted: &str, required: &str) -> bool {
    let mut granted = granted.splitn(3, ':');
    let mut required = required.splitn(3, ':');
    if granted.next() != required.next() {
        return false;
    }
    let (Some(holds), Some(needs)) = (granted.next(), required.next()) else {
        return false;
    };
    let high_enough = match (rung(holds), rung(needs)) {
        (Some(holds), Some(needs)) => holds >= needs,
        _ => holds == needs,
    };
    high_enough && granted.next().is_none_or(|instance| required.next() == Some(instance))
}

fn rung(verb: &str) -> Option<u8> {
    match verb {
        "read" => Some(0),
        "write" => Some(1),
        "admin" => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_verb_covers_a_lower_one_of_the_same_resource() {
        assert!(covers("grants:write", "grants:read"));
        assert!(covers("proxy:execute grants:admin", "grants:write"));
        assert!(!covers("grants:read", "grants:write"));
        assert!(!covers("keys:admin", "grants:read"));
    }

    #[test]
    fn other_verbs_stand_alone() {
        assert!(covers("tokens:retrieve", "tokens:retrieve"));
        assert!(!covers("tokens:admin", "tokens:retrieve"));
        assert!(!covers("", "tokens:retrieve"));
        assert!(!covers("tokens:retrieve2", "tokens:retrieve"));
    }

    #[test]
    fn an_instance_covers_only_itself() {
        assert!(covers("grants:read", "grants:read:g1"));
        assert!(covers("grants:write:g1", "grants:read:g1"));
        assert!(!covers("grants:read:g1", "grants:read"));
        assert!(!covers("grants:read:g1", "grants:read:g2"));
    }

    #[test]
    fn only_well_formed_scopes_are_read() {
        for text in ["tokens:retrieve", "grants:read:3f2a", "idp_users:read"] {
            assert_eq!(text.parse::<Scope>().unwrap().as_str(), text);
        }
        for text in ["", "tokens", "tokens:", ":read", "a:b:c:d", "Tokens:retrieve", "a b:c", "a:b\n"] {
            assert_eq!(text.parse::<Scope>(), Err(ParseScopeError), "{text:?}");
        }
    }
}
