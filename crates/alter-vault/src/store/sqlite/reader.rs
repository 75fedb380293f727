//! The reader thread: owns a connection that cannot write, for lists and the trail. It never holds a read
//! transaction open between messages, which would keep the write-ahead log from shrinking.

use std::{
    fmt, io,
    sync::{
        PoisonError, RwLock,
        mpsc::{self, SyncSender, TrySendError},
    },
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::StoreError;

/// Reads that may wait; beyond that callers are told that the vault is overloaded.
const QUEUE: usize = 1_024;

type Query = Box<dyn FnOnce(&Connection) + Send>;

/// Sends queries to the reader thread.
pub(super) struct Reader(RwLock<Option<SyncSender<Query>>>);

impl Reader {
    pub(super) fn spawn(conn: Connection) -> io::Result<Self> {
        let (sender, inbox) = mpsc::sync_channel::<Query>(QUEUE);
        thread::Builder::new().name("vault-reader".to_owned()).spawn(move || {
            for query in inbox {
                query(&conn);
            }
        })?;
        Ok(Self(RwLock::new(Some(sender))))
    }

    /// Runs `query` on the state as last committed.
    pub(super) async fn run<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |conn| {
            // A caller that went away does not want the answer.
            if !reply.is_closed() {
                let _ = reply.send(query(conn));
            }
        }))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    fn send(&self, query: Query) -> Result<(), StoreError> {
        let queue = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sender = queue.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(query).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::QueueFull,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    pub(super) fn close(&self) {
        drop(self.0.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}
