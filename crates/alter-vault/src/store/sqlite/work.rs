//! [`Work`]: what a message in the writer sees of the running transaction.

use std::{cell::OnceCell, fmt};

use alter_auth::Clock;
use rusqlite::{CachedStatement, Connection};

use super::audit::{self, ChainHead};
use crate::{audit::Entry, store::StoreError};

/// The running transaction, one message's share of it.
pub(super) struct Work<'a> {
    conn: &'a Connection,
    clock: &'a dyn Clock,
    head: &'a mut ChainHead,
    now: OnceCell<i64>,
}

impl<'a> Work<'a> {
    pub(super) fn new(conn: &'a Connection, clock: &'a dyn Clock, head: &'a mut ChainHead) -> Self {
        Self { conn, clock, head, now: OnceCell::new() }
    }

    /// The time of this message in Unix microseconds: when it is decided, not when it was queued.
    pub(super) fn now(&self) -> i64 {
        *self.now.get_or_init(|| self.clock.now_micros())
    }

    pub(super) fn conn(&self) -> &'a Connection {
        self.conn
    }

    /// A statement, prepared once per connection.
    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.conn.prepare_cached(sql)
    }

    /// Appends a row to the audit trail and returns its number.
    pub(super) fn append(&mut self, entry: &Entry<'_>) -> Result<i64, StoreError> {
        let now = self.now();
        audit::append(self.conn, self.head, entry, now)
    }
}

impl fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("head", self.head).finish_non_exhaustive()
    }
}
