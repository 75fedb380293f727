//! [`SigV4Error`]: why a request was not signed.

/// Why a request was not signed the AWS way. Nothing was changed; texts contain no URL and no credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigV4Error {
    /// The injection format asks for SigV4, but the credential has only one part.
    #[error("an AWS credential needs two parts: the access key id as its value and `secret_key` beside it")]
    MissingSecretKey,
    /// The access key id is empty, too long, or holds a character that separates the parts of the header.
    #[error(
        "the AWS access key id is malformed: expected 1 to 128 visible ASCII characters without `/`, `,` and `=`"
    )]
    AccessKeyId,
    /// The session token cannot be sent in a header.
    #[error("the AWS session token holds characters that cannot be sent in a header")]
    SessionToken,
    /// The host does not tell the service, and none is stored with the credential.
    #[error("the host does not tell which AWS service it belongs to: store `service` with the credential")]
    UnknownService,
    /// The host does not tell the region, and none is stored with the credential.
    #[error("the host does not tell which AWS region it belongs to: store `region` with the credential")]
    UnknownRegion,
    /// The stored service or region cannot be part of a credential scope.
    #[error(
        "the `service` or `region` stored with the AWS credential is malformed: expected letters, digits, `-`, `_` and `.`"
    )]
    StoredScope,
    /// Only S3 accepts a request whose payload is not signed.
    #[error("only S3 accepts an unsigned payload: buffer the body, or hash it first")]
    UnsignedPayload,
    /// The request has no host.
    #[error("the URL has no host")]
    NoHost,
    /// The time is outside the years 0 to 9999.
    #[error("the time cannot be written as a date")]
    Time,
}
