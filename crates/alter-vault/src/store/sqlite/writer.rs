//! The writer thread: owns the write connection and commits in groups.
//!
//! It takes one message, drains what else is waiting, runs all of it in one transaction, commits, and only then
//! answers each caller. Every message has a savepoint, so one that fails leaves its neighbours alone; a *refusal* is
//! no failure but a message that wrote its audit row. If the commit fails, nobody of the batch was served.

use std::{
    fmt, io,
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread,
};

use alter_auth::Clock;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::{audit::ChainHead, nonces::Sweeper, work::Work};
use crate::store::StoreError;

/// Messages that may wait; beyond that callers are told that the vault is overloaded.
const QUEUE: usize = 4_096;

/// Messages in one commit at most.
const MAX_BATCH: usize = 1_024;

/// Sends work to the writer thread. Dropping it lets the thread finish its queue and stop.
pub(super) struct Writer {
    queue: RwLock<Option<SyncSender<Box<dyn Message>>>>,
    /// Its other half is dropped when the thread ends.
    running: watch::Receiver<()>,
}

impl Writer {
    pub(super) fn spawn(conn: Connection, clock: Arc<dyn Clock>) -> io::Result<Self> {
        Self::spawn_with_queue(conn, clock, QUEUE)
    }

    fn spawn_with_queue(conn: Connection, clock: Arc<dyn Clock>, queue: usize) -> io::Result<Self> {
        let (sender, inbox) = mpsc::sync_channel(queue);
        let (alive, running) = watch::channel(());
        let mut batcher = Batcher { conn, clock, sweeper: Sweeper::default() };
        thread::Builder::new().name("vault-writer".to_owned()).spawn(move || {
            batcher.serve(&inbox);
            drop(batcher);
            drop(alive);
        })?;
        Ok(Self { queue: RwLock::new(Some(sender)), running })
    }

    /// Runs `work` in a transaction and returns once it is committed.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Work<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(Job { work: Some(work), result: None, reply }))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    fn send(&self, message: Box<dyn Message>) -> Result<(), StoreError> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let sender = queue.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::QueueFull,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    /// Stops taking messages and waits until those queued are answered.
    pub(super) async fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

/// Work with a caller who waits for it.
trait Message: Send {
    /// Does the work inside the running transaction. On `Err` what it wrote is undone.
    fn run(&mut self, work: &mut Work<'_>) -> Result<(), Undo>;
    /// Tells the caller: the result of the work if the batch was committed, `failure` if not.
    fn answer(self: Box<Self>, failure: Option<&StoreError>);
}

/// The work failed; its savepoint has to be rolled back.
#[derive(Debug)]
struct Undo;

struct Job<F, T> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Message for Job<F, T>
where
    T: Send,
    F: FnOnce(&mut Work<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, transaction: &mut Work<'_>) -> Result<(), Undo> {
        let work = self.work.take().expect("a message is run once");
        let result = work(transaction);
        let verdict = if result.is_ok() { Ok(()) } else { Err(Undo) };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, failure: Option<&StoreError>) {
        let result = match (failure, self.result) {
            (Some(failure), _) => Err(failure.clone()),
            (None, Some(result)) => result,
            (None, None) => Err(StoreError::Closed),
        };
        // A caller that went away has nobody to tell; what it asked for is done and on record.
        let _ = self.reply.send(result);
    }
}

struct Batcher {
    conn: Connection,
    clock: Arc<dyn Clock>,
    sweeper: Sweeper,
}

impl Batcher {
    fn serve(&mut self, inbox: &Receiver<Box<dyn Message>>) {
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
    fn commit(&mut self, batch: &mut [Box<dyn Message>]) -> Result<(), StoreError> {
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
