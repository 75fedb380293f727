//! The writer thread: owns the write connection and commits in groups.
//!
//! It takes one message, drains what else is waiting, runs all of it in one transaction, commits, and only then
//! answers each caller. A message that fails leaves its neighbours alone: the batch is undone and run once more, with
//! a savepoint for each message. A *refusal* is no failure but a message that wrote its audit row. If the commit
//! fails, nobody of the batch was served.

mod batch;

use std::{
    fmt, io,
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{self, SyncSender, TrySendError},
    },
    thread,
};

use alter_auth::Clock;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use self::batch::Batcher;
use super::{memory::Memory, work::Work};
use crate::store::StoreError;

/// Messages that may wait; beyond that callers are told that the vault is overloaded.
const QUEUE: usize = 4_096;

/// Sends work to the writer thread. Dropping it lets the thread finish its queue and stop.
pub(super) struct Writer {
    queue: RwLock<Option<SyncSender<Box<dyn Message>>>>,
    /// Its other half is dropped when the thread ends.
    running: watch::Receiver<()>,
}

impl Writer {
    pub(super) fn spawn(conn: Connection, clock: Arc<dyn Clock>, memory: Memory) -> io::Result<Self> {
        Self::spawn_with_queue(conn, clock, memory, QUEUE)
    }

    fn spawn_with_queue(
        conn: Connection,
        clock: Arc<dyn Clock>,
        memory: Memory,
        queue: usize,
    ) -> io::Result<Self> {
        let (sender, inbox) = mpsc::sync_channel(queue);
        let (alive, running) = watch::channel(());
        let mut batcher = Batcher::new(conn, clock, memory);
        thread::Builder::new().name("vault-writer".to_owned()).spawn(move || {
            batcher.serve(&inbox);
            drop(batcher);
            drop(alive);
        })?;
        Ok(Self { queue: RwLock::new(Some(sender)), running })
    }

    /// Runs `work` in a transaction and returns once it is committed. It may be run twice: what the first run did to the
    /// database is undone by then.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut Work<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(Job { work, result: None, reply }))?;
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
    /// Does the work inside the running transaction. On `Err` what it wrote has to be undone.
    fn run(&mut self, work: &mut Work<'_>) -> Result<(), Undo>;
    /// Tells the caller: the result of the work if the batch was committed, `failure` if not.
    fn answer(self: Box<Self>, failure: Option<&StoreError>);
}

/// The work failed, and what it wrote has to be undone.
#[derive(Debug)]
struct Undo;

struct Job<F, T> {
    work: F,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Message for Job<F, T>
where
    T: Send,
    F: FnMut(&mut Work<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, transaction: &mut Work<'_>) -> Result<(), Undo> {
        let result = (self.work)(transaction);
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

#[cfg(test)]
mod tests;
