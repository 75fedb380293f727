//! The writer thread's own side: one transaction for a batch, one savepoint for each of its messages.

use std::sync::{Arc, mpsc::Receiver};

use alter_auth::Clock;
use rusqlite::Connection;

use super::Message;
use crate::store::{
    StoreError,
    sqlite::{audit::ChainHead, nonces::Sweeper, work::Work},
};

/// Messages in one commit at most.
const MAX_BATCH: usize = 1_024;

/// Owns the write connection and runs the messages of an inbox in groups.
pub(super) struct Batcher {
    conn: Connection,
    clock: Arc<dyn Clock>,
    sweeper: Sweeper,
}

impl Batcher {
    pub(super) fn new(conn: Connection, clock: Arc<dyn Clock>) -> Self {
        Self { conn, clock, sweeper: Sweeper::default() }
    }

    /// Serves until the last sender is gone and the inbox is empty.
    pub(super) fn serve(&mut self, inbox: &Receiver<Box<dyn Message>>) {
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
    }

    /// All messages in one transaction.
    pub(super) fn commit(&mut self, batch: &mut [Box<dyn Message>]) -> Result<(), StoreError> {
        execute(&self.conn, "BEGIN IMMEDIATE")?;
        let done = self.run_all(batch).and_then(|()| execute(&self.conn, "COMMIT"));
        if done.is_err() && !self.conn.is_autocommit() {
            execute(&self.conn, "ROLLBACK")?;
        }
        done
    }

    fn run_all(&mut self, batch: &mut [Box<dyn Message>]) -> Result<(), StoreError> {
        // Another process may have written since the last batch; from here to the commit none can.
        let mut head = ChainHead::read(&self.conn)?;
        for message in &mut *batch {
            let before = head.clone();
            execute(&self.conn, "SAVEPOINT message")?;
            let mut work = Work::new(&self.conn, &*self.clock, &mut head);
            if message.run(&mut work).is_err() {
                // After a full disk SQLite may have rolled everything back by itself. Then there is no savepoint, this
                // fails, and the whole batch with it, instead of later messages running without a transaction.
                execute(&self.conn, "ROLLBACK TO message")?;
                head = before;
            }
            execute(&self.conn, "RELEASE message")?;
        }
        self.sweeper.sweep(&self.conn, self.clock.now(), batch.len())?;
        Ok(())
    }
}

fn execute(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}
