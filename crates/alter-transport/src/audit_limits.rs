//! [`AuditLimits`]: the bounds of an audit queue, and what calls do at them.

use std::time::Duration;

/// What happens to calls when their rows cannot be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Audit {
    /// Calls go on. A row without room in the queue, or out of attempts, is dropped and counted.
    #[default]
    BestEffort,
    /// Calls wait. Each holds a place in the queue before anything is sent, so its row always has room; a row that the
    /// vault cannot take now is tried until it can. What remains to be lost is what the vault refuses, and what is still
    /// waiting when the client is closed or the process ends.
    Strict,
}

/// The bounds of a queue.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AuditLimits {
    /// What happens when there is no room. Default: [`Audit::BestEffort`].
    pub audit: Audit,
    /// Rows that may wait. Default 1,024. With [`Audit::Strict`] also the number of calls that can be under way.
    pub capacity: usize,
    /// Rows that are delivered at the same time. Default 16.
    pub concurrency: usize,
    /// How long a call waits for room in a full queue. Default 1 second.
    pub patience: Duration,
    /// How often a row is tried, unless with [`Audit::Strict`]. Default 5.
    pub attempts: u32,
    /// The wait after the first failure; it doubles each time, up to 30 seconds. Default 500 milliseconds.
    pub backoff: Duration,
}

impl Default for AuditLimits {
    fn default() -> Self {
        Self {
            audit: Audit::default(),
            capacity: 1024,
            concurrency: 16,
            patience: Duration::from_secs(1),
            attempts: 5,
            backoff: Duration::from_millis(500),
        }
    }
}
