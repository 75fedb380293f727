//! The writer thread's own side: one transaction for a batch.

use std::sync::{Arc, mpsc::Receiver};

use alter_auth::Clock;
use rusqlite::Connection;

use super::{Message, Undo};
use crate::store::{
    StoreError,
    sqlite::{memory::Memory, work::Work},
};

/// Messages in one commit at most.
const MAX_BATCH: usize = 1_024;

/// Owns the write connection and runs the messages of an inbox in groups.
pub(super) struct Batcher {
    conn: Connection,
    clock: Arc<dyn Clock>,
    memory: Memory,
}

/// How a batch ended that no error of the database ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Committed,
    /// A message failed, and everything was undone.
    Undone,
}

impl Batcher {
    pub(super) fn new(conn: Connection, clock: Arc<dyn Clock>, memory: Memory) -> Self {
        Self { conn, clock, memory }
    }

    /// Serves until the last sender is gone and the inbox is empty.
    pub(super) fn serve(&mut self, inbox: &Receiver<Box<dyn Message>>) {
        // Reads most of what is to be known while nobody is locked out yet. If it fails, so does the first batch.
        let _ = self.memory.refresh(&self.conn);
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while let Ok(first) = inbox.recv() {
            batch.push(first);
            batch.extend(inbox.try_iter().take(MAX_BATCH - 1));
            let failure = self.commit(&mut batch).err();
            if let Some(error) = &failure {
                tracing::error!(%error, messages = batch.len(), "a batch was not stored; its callers are refused");
            }
            for message in batch.drain(..) {
                message.answer(failure.as_ref());
            }
        }
        self.checkpoint();
    }

    /// Moves what is still in the write-ahead log into the file, so that the file alone is the vault once it is closed.
    /// Nothing is lost if another process keeps it from happening: the next one to open the vault reads the log.
    fn checkpoint(&self) {
        let moved = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        if !matches!(moved, Ok(0)) {
            tracing::info!("the write-ahead log stays beside the file: another program has it open");
        }
    }

    /// All messages in one transaction. Savepoints cost as much as half of the messages' own work, and failures are
    /// rare: the savepoints come in when there was one.
    pub(super) fn commit(&mut self, batch: &mut [Box<dyn Message>]) -> Result<(), StoreError> {
        match self.transaction(|this| this.run_together(batch))? {
            Outcome::Committed => Ok(()),
            Outcome::Undone => self.transaction(|this| this.run_apart(batch)).map(|_| ()),
        }
    }

    /// Runs `work` on the present state of the file, and commits unless it failed.
    fn transaction(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Result<(), Undo>, StoreError>,
    ) -> Result<Outcome, StoreError> {
        execute(&self.conn, "BEGIN IMMEDIATE")?;
        let done = self.transact(work);
        if done.as_ref().is_ok_and(|outcome| *outcome == Outcome::Committed) {
            self.memory.committed();
        } else {
            self.memory.rolled_back();
            if !self.conn.is_autocommit() {
                execute(&self.conn, "ROLLBACK")?;
            }
        }
        done
    }

    fn transact(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Result<(), Undo>, StoreError>,
    ) -> Result<Outcome, StoreError> {
        // Another process may have written since the last batch; from here to the commit none can.
        self.memory.refresh(&self.conn)?;
        if let Err(Undo) = work(self)? {
            return Ok(Outcome::Undone);
        }
        self.memory.store(&self.conn, self.clock.now())?;
        execute(&self.conn, "COMMIT")?;
        Ok(Outcome::Committed)
    }

    /// Runs the messages up to the first that fails.
    fn run_together(&mut self, batch: &mut [Box<dyn Message>]) -> Result<Result<(), Undo>, StoreError> {
        let Self { conn, clock, memory } = self;
        Ok(batch.iter_mut().try_for_each(|message| message.run(&mut Work::new(conn, &**clock, memory))))
    }

    /// Runs every message in a savepoint of its own, which is undone if it fails.
    fn run_apart(&mut self, batch: &mut [Box<dyn Message>]) -> Result<Result<(), Undo>, StoreError> {
        let Self { conn, clock, memory } = self;
        for message in batch {
            let mark = memory.mark();
            execute(conn, "SAVEPOINT message")?;
            if message.run(&mut Work::new(conn, &**clock, memory)).is_err() {
                // After a full disk SQLite may have rolled everything back by itself. Then there is no savepoint, this
                // fails, and the whole batch with it, instead of later messages running without a transaction.
                execute(conn, "ROLLBACK TO message")?;
                memory.undo_to(mark);
            }
            execute(conn, "RELEASE message")?;
        }
        Ok(Ok(()))
    }
}

fn execute(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}
