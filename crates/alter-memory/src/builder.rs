//! [`Builder`]: whose memory it is and how that stays proven.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use alter_auth::{Clock, SystemClock};
use alter_types::{
    AlterError, MemoryCoverage, MemoryIsolationCode, VerifiedIdentity, error::MemoryIsolationError,
};

use crate::{NamespaceStore, ScopedMemoryStore, scoped::Proof};

/// Asks again who a memory operation is about.
pub(crate) type Refresh =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<VerifiedIdentity, AlterError>> + Send>> + Send + Sync>;

/// Options of a [`ScopedMemoryStore`].
#[must_use = "a builder does nothing until `.build()`"]
pub struct Builder<S> {
    store: S,
    identity: VerifiedIdentity,
    refresh: Option<Refresh>,
    coverage: MemoryCoverage,
    clock: Arc<dyn Clock>,
}

impl<S: NamespaceStore> Builder<S> {
    pub(crate) fn new(store: S, identity: VerifiedIdentity) -> Self {
        Self {
            store,
            identity,
            refresh: None,
            coverage: MemoryCoverage::AgentAndUser,
            clock: Arc::new(SystemClock),
        }
    }

    /// Asks `source` before every operation who it is about, usually the vault. What it returns has to be proven
    /// after the operation began: an identity kept from before is refused, and so is one of somebody else.
    pub fn refresh_with<F, Fut>(mut self, source: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<VerifiedIdentity, AlterError>> + Send + 'static,
    {
        self.refresh = Some(Arc::new(move || Box::pin(source())));
        self
    }

    /// What the agent remembers on its own account, of no user. Refused for an identity that has one.
    pub fn agent_only(mut self) -> Self {
        self.coverage = MemoryCoverage::AgentOnly;
        self
    }

    /// The clock that assertions expire by, for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The store, for that identity and nobody else.
    ///
    /// # Errors
    /// [`AlterError::Memory`]: `memory_live_refresh_required` for a resolved identity without
    /// [`refresh_with`](Self::refresh_with), `memory_identity_expired`, `memory_agent_required`,
    /// `memory_user_required`, `memory_user_not_active` or `memory_user_cannot_be_dropped`.
    pub fn build(self) -> Result<ScopedMemoryStore<S>, AlterError> {
        if self.refresh.is_none() && self.identity.valid_until().is_none() {
            let code = MemoryIsolationCode::LiveRefreshRequired;
            let sentence = "a resolved identity proves one moment; add refresh_with, or use an assertion";
            return Err(MemoryIsolationError::refused(code, sentence).into());
        }
        let scope = self.identity.memory_scope(self.coverage, self.clock.timestamp())?;
        let Self { store, identity, refresh, coverage, clock } = self;
        Ok(ScopedMemoryStore::new(store, scope, Proof { identity, refresh, coverage, clock }))
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("identity", &self.identity)
            .field("coverage", &self.coverage)
            .field("refreshed", &self.refresh.is_some())
            .finish_non_exhaustive()
    }
}
