//! [`ScopeConstraints`]: the key scopes a narrowed client keeps, as `X-Alter-Scope-Constraints` carries them.

use std::fmt;

/// Longest value of `X-Alter-Scope-Constraints`, in bytes.
pub const MAX_SCOPE_CONSTRAINTS: usize = 4_096;

/// Why a list of scopes cannot narrow a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeConstraintsError {
    /// There is no scope in it.
    #[error("narrowing needs at least one scope")]
    Empty,
    /// A scope is empty, is `*`, or holds a comma, a space, a control or a non-ASCII character.
    #[error("a scope has to be visible ASCII without a comma, and not `*`")]
    Scope,
    /// The header would be too long.
    #[error("the scopes take more than 4096 bytes")]
    TooLong,
}

/// A list of key scopes, checked, in the order of its author.
///
/// A comma inside a scope would read as two scopes on the other side and so widen the client; it is refused.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ScopeConstraints(Box<str>);

impl ScopeConstraints {
    /// Narrows to exactly these scopes.
    ///
    /// ```
    /// use alter_auth::ScopeConstraints;
    ///
    /// let narrowed = ScopeConstraints::new(["grants:read", "tokens:retrieve"])?;
    /// assert_eq!(narrowed.header(), "grants:read,tokens:retrieve");
    /// assert!(ScopeConstraints::new(["grants:read,grants:revoke"]).is_err());
    /// # Ok::<(), alter_auth::ScopeConstraintsError>(())
    /// ```
    ///
    /// # Errors
    /// See [`ScopeConstraintsError`].
    pub fn new<S: AsRef<str>>(scopes: impl IntoIterator<Item = S>) -> Result<Self, ScopeConstraintsError> {
        let mut header = String::new();
        for scope in scopes {
            let scope = scope.as_ref();
            if !is_scope(scope) {
                return Err(ScopeConstraintsError::Scope);
            }
            if !header.is_empty() {
                header.push(',');
            }
            header.push_str(scope);
            if header.len() > MAX_SCOPE_CONSTRAINTS {
                return Err(ScopeConstraintsError::TooLong);
            }
        }
        if header.is_empty() { Err(ScopeConstraintsError::Empty) } else { Ok(Self(header.into())) }
    }

    /// Reads a received header value.
    ///
    /// # Errors
    /// See [`ScopeConstraintsError`]: a backend refuses the request then, for it cannot know what was meant.
    pub fn from_header(header: &str) -> Result<Self, ScopeConstraintsError> {
        match header {
            "" => Err(ScopeConstraintsError::Empty),
            header => Self::new(header.split(',')),
        }
    }

    /// The header value.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.0
    }

    /// The scopes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(',')
    }
}

impl fmt::Debug for ScopeConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope != "*" && scope.bytes().all(|b| b.is_ascii_graphic() && b != b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_that_would_widen_or_break_the_header_are_refused() {
        for scope in ["", "*", "a,b", "a b", " a", "a\n", "a\u{7f}", "é"] {
            assert_eq!(ScopeConstraints::new([scope]), Err(ScopeConstraintsError::Scope), "{scope:?}");
        }
        assert_eq!(ScopeConstraints::new::<&str>([]), Err(ScopeConstraintsError::Empty));
        assert_eq!(ScopeConstraints::from_header(""), Err(ScopeConstraintsError::Empty));
        assert_eq!(ScopeConstraints::from_header("a,,b"), Err(ScopeConstraintsError::Scope));
        assert_eq!(ScopeConstraints::from_header("a, b"), Err(ScopeConstraintsError::Scope));
    }

    #[test]
    fn the_order_is_the_authors() {
        let scopes = ScopeConstraints::new(["write", "read", "https://x.test/auth/a"]).unwrap();
        assert_eq!(scopes.header(), "write,read,https://x.test/auth/a");
        assert_eq!(ScopeConstraints::from_header(scopes.header()), Ok(scopes));
    }

    #[test]
    fn the_longest_header_is_4096_bytes() {
        let scope = "s".repeat(MAX_SCOPE_CONSTRAINTS);
        assert_eq!(ScopeConstraints::new([scope.as_str()]).unwrap().header().len(), MAX_SCOPE_CONSTRAINTS);
        assert_eq!(ScopeConstraints::new([scope.as_str(), "s"]), Err(ScopeConstraintsError::TooLong));
    }
}
