//! [`RequestId`]: names one request in its answer, in the log and in the audit trail.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use alter_auth::{Random, RandomError};
use http::HeaderValue;

/// 24 hex digits: 8 chosen at random when the server starts, 16 counted up. Unique without asking the system for
/// randomness on every request; not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId {
    instance: u32,
    number: u64,
}

impl RequestId {
    /// The id as a header value.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::try_from(self.to_string()).expect("hex digits are a header value")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{:016x}", self.instance, self.number)
    }
}

/// Hands out request ids.
#[derive(Debug)]
pub(crate) struct RequestIds {
    instance: u32,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(random: &dyn Random) -> Result<Self, RandomError> {
        let mut instance = [0; 4];
        random.fill(&mut instance)?;
        Ok(Self { instance: u32::from_be_bytes(instance), next: AtomicU64::new(1) })
    }

    pub(crate) fn next(&self) -> RequestId {
        RequestId { instance: self.instance, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}
