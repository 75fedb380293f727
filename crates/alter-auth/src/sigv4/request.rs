//! What is signed: [`Request`], its [`Payload`], and the [`Options`] of signing.

use std::fmt;

use http::{HeaderMap, Method, Uri};
use ring::digest;

/// A request about to be signed: everything but its credential. Borrowed, and never changed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// The URL exactly as it will be sent: absolute, percent-encoded, with the final query.
    pub uri: &'a Uri,
    /// The headers as they will be sent. A `Host` in here wins over the host of the URL.
    pub headers: &'a HeaderMap,
    /// The body.
    pub payload: Payload<'a>,
}

impl fmt::Debug for Request<'_> {
    /// Method and payload only: a URL may carry secrets too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", self.method)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}

/// The body of a request, as far as the signature covers it.
#[derive(Clone, Copy)]
pub enum Payload<'a> {
    /// A body in memory, possibly empty.
    Bytes(&'a [u8]),
    /// A body that is streamed, of which the SHA-256 is known beforehand.
    Sha256([u8; 32]),
    /// A body that is streamed and not signed (`UNSIGNED-PAYLOAD`). S3 alone accepts it, over TLS.
    Unsigned,
}

impl Payload<'_> {
    /// The value of `x-amz-content-sha256`.
    pub(super) fn content_sha256(&self) -> String {
        match self {
            Self::Bytes(bytes) => const_hex::encode(digest::digest(&digest::SHA256, bytes)),
            Self::Sha256(hash) => const_hex::encode(hash),
            Self::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
        }
    }
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Sha256(_) => f.write_str("Sha256(…)"),
            Self::Unsigned => f.write_str("Unsigned"),
        }
    }
}

/// Which headers are signed beside `host` and those the signer adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HeaderSelection {
    /// `content-type` and every `x-amz-*`, which S3 and others demand.
    #[default]
    Amazon,
    /// None, as the official Python SDK 0.29.0 does. For comparing with it.
    Required,
}

/// What happens to the path in the signature, for every service but S3. S3 always signs the path as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PathForm {
    /// Dot segments are resolved and empty segments dropped, as AWS does before it verifies.
    #[default]
    Normalized,
    /// As sent, as the official Python SDK 0.29.0 does. For comparing with it.
    AsSent,
}

/// How to sign. The default is right for AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Options {
    /// Which of the request's headers are signed.
    pub headers: HeaderSelection,
    /// In which form the path is signed.
    pub path: PathForm,
}

impl Options {
    /// Exactly what the official Python SDK 0.29.0 signs.
    #[must_use]
    pub const fn official() -> Self {
        Self { headers: HeaderSelection::Required, path: PathForm::AsSent }
    }
}
