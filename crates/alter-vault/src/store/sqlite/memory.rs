//! [`Memory`]: what the writer remembers of the file, so that it need not read it again for every call.
//!
//! It is exact. While a batch runs nobody else can write; whether somebody did since the last one, SQLite says. What
//! a failed batch or message put in here is taken out again.

use alter_auth::UnixSeconds;
use rusqlite::Connection;

use super::{audit::ChainHead, facts::Facts, nonces::Nonces};
use crate::store::StoreError;

/// The writer's memory of its file.
#[derive(Debug)]
pub(super) struct Memory {
    /// SQLite's number for what other connections have committed. `None`: nothing here can be relied on but what
    /// [`Nonces::catch_up`] adds to.
    version: Option<i64>,
    pub(super) head: ChainHead,
    pub(super) nonces: Nonces,
    pub(super) facts: Facts,
}

/// A point within a batch to go back to.
#[derive(Debug)]
pub(super) struct Mark {
    head: ChainHead,
    nonces: usize,
}

impl Memory {
    /// Knows nothing yet, and will hold at most `max_nonces` nonces.
    pub(super) fn new(max_nonces: usize) -> Self {
        Self {
            version: None,
            head: ChainHead::START,
            nonces: Nonces::new(max_nonces),
            facts: Facts::default(),
        }
    }

    /// Brings everything to the state of the running transaction.
    pub(super) fn refresh(&mut self, conn: &Connection) -> Result<(), StoreError> {
        // Read first: what is committed after it shows the next time.
        let version = conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.version == Some(version) {
            return Ok(());
        }
        self.version = None;
        self.facts.forget();
        self.head = ChainHead::read(conn)?;
        self.nonces.catch_up(conn)?;
        self.version = Some(version);
        Ok(())
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { head: self.head.clone(), nonces: self.nonces.taken() }
    }

    /// The message that ran since `mark` is undone.
    pub(super) fn undo_to(&mut self, mark: Mark) {
        self.head = mark.head;
        self.nonces.give_back(mark.nonces);
        self.facts.forget();
    }

    /// Writes what is gathered for the whole batch.
    pub(super) fn store(&mut self, conn: &Connection, now: UnixSeconds) -> Result<(), StoreError> {
        self.nonces.store(conn)?;
        self.nonces.sweep(conn, now)
    }

    /// The batch is committed.
    pub(super) fn committed(&mut self) {
        self.nonces.committed();
    }

    /// Nothing of the batch is in the file.
    pub(super) fn rolled_back(&mut self) {
        self.version = None;
        self.nonces.give_back(0);
    }
}
