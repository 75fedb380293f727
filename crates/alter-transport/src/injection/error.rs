//! [`InjectionError`]: why a credential could not be put into a request.

use alter_auth::sigv4::SigV4Error;

/// Instructions that cannot be followed. It names the instruction and never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InjectionError {
    /// The credential is empty or holds characters a header cannot carry.
    #[error("the credential is empty or cannot be sent in a header")]
    Token,
    /// The header is not a name, too long, or one that no credential may go into.
    #[error("`injection_header` is not a header that a credential may go into")]
    Header,
    /// The format has no `{{token}}`, is too long or cannot be sent in a header.
    #[error("`injection_format` has to contain {{token}}, in at most 200 characters")]
    Format,
    /// A named part is empty, too long or cannot be sent in a header; or there are too many.
    #[error("`additional_credentials` holds too many parts, or one that cannot be sent")]
    AdditionalCredentials,
    /// A rule names a header or parameter that no credential may go into; or there are too many.
    #[error("`additional_injections` holds too many rules, or one that cannot be followed")]
    AdditionalInjections,
    /// The request cannot be signed the AWS way.
    #[error("{0}")]
    Aws(SigV4Error),
    /// With the credential in its query, the URL is too long or not a URL.
    #[error("the URL with the credential in its query is too long or malformed")]
    Url,
}

impl From<SigV4Error> for InjectionError {
    fn from(error: SigV4Error) -> Self {
        Self::Aws(error)
    }
}
