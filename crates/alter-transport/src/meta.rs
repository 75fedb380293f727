//! [`CallMeta`]: what there is to know about a call besides its answer.

use std::{sync::Arc, time::Duration};

/// How a call went. A response extension.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallMeta {
    /// How many attempts it took, the last one included.
    pub attempts: u32,
    /// The peer's own name for the exchange (`X-Request-ID`), for questions to its operator.
    pub request_id: Option<Arc<str>>,
    /// From the start of the call to the end of the answer, waits between attempts included.
    pub elapsed: Duration,
}

impl Default for CallMeta {
    fn default() -> Self {
        Self { attempts: 1, request_id: None, elapsed: Duration::ZERO }
    }
}

impl CallMeta {
    /// The notes on `extensions`, made on first use.
    pub(crate) fn of(extensions: &mut http::Extensions) -> &mut Self {
        extensions.get_or_insert_default::<Self>()
    }
}
