//! [`Exchange`]: what became of one attempt of a provider call, noted where it happens and read where it is reported.

use std::sync::{Arc, OnceLock};

use alter_types::GrantId;
use http::HeaderName;
use tokio::time::Instant;
use uuid::Uuid;

/// One write-once cell per attempt: put in empty by Audit, filled by Inject, read by Audit and by whoever receives
/// the answer. Empty means that no credential was in hand, so there is nothing to report.
#[derive(Debug, Clone, Default)]
pub struct Exchange(Arc<OnceLock<Sent>>);

/// An attempt for which a credential was in hand. Nothing here is the credential.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sent {
    /// The grant that was used.
    pub grant_id: GrantId,
    /// Its provider, possibly empty.
    pub provider_id: String,
    /// The generation of the credential, as the vault named it.
    pub token_generation: Option<Uuid>,
    /// The vault knows that the grant lacks scopes the application wants.
    pub scope_mismatch: bool,
    /// Headers that held a part of the credential.
    pub injected_headers: Vec<HeaderName>,
    /// When the request left for the provider.
    pub at: Instant,
}

impl Exchange {
    /// What was sent, if anything was.
    #[must_use]
    pub fn sent(&self) -> Option<&Sent> {
        self.0.get()
    }

    /// Notes it. Only the first note counts.
    pub(crate) fn fill(&self, sent: Sent) {
        let _ = self.0.set(sent);
    }
}
