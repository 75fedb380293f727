//! [`Close`]: the end of a client.

use std::time::Duration;

use alter_transport::{BoxFuture, Deadline};

use crate::core::Core;

/// A close to await. See [`App::close`](crate::App::close).
#[derive(Debug)]
#[must_use = "closing happens when it is awaited"]
pub struct Close<'a> {
    core: &'a Core,
    within: Duration,
}

/// What became of the audit rows of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// Rows the vault has.
    pub delivered: u64,
    /// Rows it will never have: refused by the vault, out of attempts, no room in the queue, or still waiting when
    /// the time was up.
    pub lost: u64,
}

impl<'a> Close<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core, within: Duration::from_secs(10) }
    }

    /// How long it may take. Default 10 seconds.
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }
}

impl<'a> IntoFuture for Close<'a> {
    type Output = CloseReport;
    type IntoFuture = BoxFuture<'a, CloseReport>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let deadline = Deadline::after(self.within);
            self.core.gate.close(deadline).await;
            let report = self.core.audit.drain(deadline).await;
            CloseReport { delivered: report.delivered, lost: report.lost + report.undelivered }
        })
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("audit", &self.audit).finish_non_exhaustive()
    }
}
