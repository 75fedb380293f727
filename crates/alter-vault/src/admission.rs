//! [`Admission`]: who calls, as a verified signature shows it; and [`AttemptedRequest`], for one that gets
//! no further.

use std::net::IpAddr;

use crate::Narrowing;
use alter_auth::{ApiKey, Attribution, Nonce, UnixSeconds};

/// A call whose signature was verified. Whether its key may do anything is decided by the vault, in the same
/// transaction as the operation itself.
#[derive(Debug, Clone)]
pub struct Admission {
    /// The key the request was signed with.
    pub key: ApiKey,
    /// The request's nonce; the vault takes each one once per key.
    pub nonce: Nonce,
    /// The signed time, in Unix seconds. The caller has checked that it is near enough to now.
    pub timestamp: UnixSeconds,
    /// The signed caller, actor and context.
    pub attribution: Attribution,
    /// What the request gave up of what its key may do.
    pub narrowing: Narrowing,
    /// The id of this request in the server's log.
    pub request_id: String,
    /// Where the request came from.
    pub client_ip: Option<IpAddr>,
}

impl Admission {
    /// What may be recorded of this call if it is refused before it reaches an operation.
    #[must_use]
    pub fn attempted(&self, method: &str, path: &str) -> AttemptedRequest {
        AttemptedRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            request_id: self.request_id.clone(),
            client_ip: self.client_ip,
        }
    }
}

/// What little may be recorded of a request that is refused at the door: nothing it claims about its caller.
#[derive(Debug, Clone, Default)]
pub struct AttemptedRequest {
    /// HTTP method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// The id of this request in the server's log.
    pub request_id: String,
    /// Where the request came from.
    pub client_ip: Option<IpAddr>,
}
