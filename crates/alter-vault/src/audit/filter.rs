//! [`AuditFilter`]: which rows of the trail to read.

use alter_types::{AppId, GrantId};

/// The order of the rows, and with it the direction a cursor moves in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditOrder {
    /// As they were written.
    #[default]
    OldestFirst,
    /// The latest first.
    NewestFirst,
}

/// Which rows to read. Set fields are combined with AND.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditFilter {
    /// Only rows of this application.
    pub app: Option<AppId>,
    /// Only rows of this grant.
    pub grant: Option<GrantId>,
    /// Only rows beyond the one with this number, in the direction of `order`.
    pub after: Option<i64>,
    /// The order.
    pub order: AuditOrder,
    /// How many rows at most, 1 to 1,000; 100 by default.
    pub limit: u32,
}

impl AuditFilter {
    /// The most rows one answer holds.
    pub const MAX_LIMIT: u32 = 1_000;

    /// The newest `limit` rows, the latest first.
    #[must_use]
    pub fn newest(limit: u32) -> Self {
        Self { order: AuditOrder::NewestFirst, limit, ..Self::default() }
    }

    /// The rows written after the one with this number, oldest first, as many as one answer holds.
    #[must_use]
    pub fn since(seq: i64) -> Self {
        Self { after: Some(seq), limit: Self::MAX_LIMIT, ..Self::default() }
    }

    /// Only rows of this application.
    #[must_use]
    pub fn app(mut self, app: AppId) -> Self {
        self.app = Some(app);
        self
    }

    /// Only rows of this grant.
    #[must_use]
    pub fn grant(mut self, grant: GrantId) -> Self {
        self.grant = Some(grant);
        self
    }
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self { app: None, grant: None, after: None, order: AuditOrder::default(), limit: 100 }
    }
}
