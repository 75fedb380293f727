//! [`Close`]: the end of a client.

use std::time::Duration;

use alter_transport::{BoxFuture, Deadline};

use crate::client::Client;

/// A close to await. See [`App::close`](crate::App::close).
#[derive(Debug)]
#[must_use = "closing happens when it is awaited"]
pub struct Close<'a> {
    client: &'a Client,
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
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, within: Duration::from_secs(10) }
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
            let report = self.client.close(deadline).await;
            CloseReport { delivered: report.delivered, lost: report.lost + report.undelivered }
        })
    }
}
