//! [`CallMeta`]: what there is to know about a call besides its answer.

use std::{
    error::Error as StdError,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use alter_types::{RateLimitSnapshot, RetryInfo};
use http::{HeaderMap, HeaderName};

use crate::Error;

/// How a call went. A response extension, and part of every [`Error`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CallMeta {
    /// How many attempts it took, the last one included.
    pub attempts: u32,
    /// The peer's own name for the exchange (`X-Request-ID`), for questions to its operator.
    pub request_id: Option<Arc<str>>,
    /// From the start of the call to the end of the answer (of a streamed one: to its first piece), waits between
    /// attempts included.
    pub elapsed: Duration,
    /// How the vault's own refresh of the credential went, if it needed more than one try.
    pub refresh: Option<Arc<RetryInfo>>,
    /// What was left of the vault's rate limit, as its answer to this call said. `None` is "unknown", not "unlimited".
    pub rate_limit: Option<RateLimitSnapshot>,
}

impl Default for CallMeta {
    fn default() -> Self {
        Self { attempts: 1, request_id: None, elapsed: Duration::ZERO, refresh: None, rate_limit: None }
    }
}

impl CallMeta {
    /// The notes in an error of this crate, wherever it is among the causes of `error`.
    #[must_use]
    pub fn find<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        let mut cause = Some(error);
        while let Some(current) = cause {
            if let Some(ours) = current.downcast_ref::<Error>() {
                return Some(ours.meta());
            }
            cause = current.source();
        }
        None
    }

    /// The peer's own name for an exchange, if it gave one of at most 200 visible characters.
    pub(crate) fn request_id_in(headers: &HeaderMap) -> Option<Arc<str>> {
        const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
        headers.get(X_REQUEST_ID)?.to_str().ok().filter(|id| id.len() <= 200).map(Arc::from)
    }

    /// The notes on `extensions`, made on first use.
    pub(crate) fn of(extensions: &mut http::Extensions) -> &mut Self {
        extensions.get_or_insert_default::<Self>()
    }
}

/// How many attempts a call has begun, for whoever has to cut it short. A request extension.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU32>);

impl Progress {
    pub(crate) fn began(&self, attempt: u32) {
        self.0.store(attempt, Ordering::Relaxed);
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.0.load(Ordering::Relaxed).max(1)
    }
}
