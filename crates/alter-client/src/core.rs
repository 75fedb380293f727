//! [`Core`]: what every clone, view and handle of one client shares.

use std::{fmt, time::Duration};

use alter_transport::{AuditQueue, BackendPlane, Identity, ProviderPlane};

use crate::gate::Gate;

pub(crate) struct Core {
    pub(crate) backend: BackendPlane,
    pub(crate) provider: ProviderPlane,
    pub(crate) identity: Identity,
    pub(crate) audit: AuditQueue,
    pub(crate) gate: Gate,
    pub(crate) timeout: Duration,
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
