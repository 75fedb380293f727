//! [`Core`]: what every clone, view and handle of one client shares.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use alter_auth::Random;
use alter_transport::{AuditQueue, BackendPlane, Identity, ProviderPlane};

use crate::{gate::Gate, ns::CatalogCache, trace_parent::TraceParents};

pub(crate) struct Core {
    pub(crate) backend: BackendPlane,
    pub(crate) provider: ProviderPlane,
    pub(crate) identity: Identity,
    pub(crate) audit: AuditQueue,
    pub(crate) gate: Gate,
    pub(crate) timeout: Duration,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) trace_parents: TraceParents,
    pub(crate) oauth_providers: CatalogCache,
    /// The name of an agent without a caller in its scopes, made up on first use.
    pub(crate) local_name: OnceLock<String>,
}

impl Drop for Core {
    fn drop(&mut self) {
        let undelivered = self.audit.report().undelivered;
        if self.gate.is_closed() {
            return;
        }
        if undelivered > 0 {
            tracing::warn!(
                undelivered,
                "a client was dropped without `close().await`; audit rows may be lost"
            );
        } else {
            tracing::debug!("a client was dropped without `close().await`");
        }
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("base_url", self.backend.base_url())
            .field("identity", &self.identity)
            .field("audit", &self.audit)
            .field("gate", &self.gate)
            .finish_non_exhaustive()
    }
}
