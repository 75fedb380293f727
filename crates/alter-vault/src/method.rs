//! [`Method`]: the HTTP method of a declared call, in upper case.

use std::fmt;

/// An HTTP method: a token of RFC 9110 section 5.6.2, at most 32 characters, in upper case.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Method(Box<str>);

/// A text that is not a [`Method`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the method is not an HTTP method; write for example GET")]
pub(crate) struct MethodError;

impl Method {
    pub(crate) fn parse(text: &str) -> Result<Self, MethodError> {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if (1..=32).contains(&text.len()) && text.bytes().all(token) {
            Ok(Self(text.to_ascii_uppercase().into()))
        } else {
            Err(MethodError)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
