//! [`Narrowing`]: what a constrained view adds to every call it makes, in the encoding that travels.

/// The limits of a view, as header values. Whoever makes one has checked them; Sign covers and sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Narrowing {
    /// `X-Alter-Scope-Constraints`: scopes of API keys, joined by commas.
    pub scopes: Option<Box<str>>,
    /// `X-Alter-Request-Rule`: a rule in base64url.
    pub rule: Option<Box<str>>,
}

impl Narrowing {
    /// No limit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
