//! [`Gate`]: lets calls in while the client is open, and knows when the last one has left.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use alter_transport::Deadline;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout_at,
};

use crate::{Result, error::closed};

/// Calls that can be under way at the same time; far more than sockets.
const PLACES: u32 = 1 << 20;

/// One call that is under way, until it and its clones are dropped. What the call leaves to be done in the background
/// takes a clone along: a client that is closing lets nobody in any more.
#[derive(Debug, Clone)]
pub(crate) struct Place(#[expect(dead_code, reason = "held, not read")] Arc<Permits>);

#[derive(Debug)]
#[expect(dead_code, reason = "held, not read")]
struct Permits {
    at_core: OwnedSemaphorePermit,
    /// In the views the call was made through; none for the client itself.
    at_views: Vec<OwnedSemaphorePermit>,
}

impl Place {
    /// A place behind every one of these gates.
    pub(crate) async fn behind(core: &Gate, views: &[Arc<Gate>]) -> Result<Self> {
        let at_core = core.enter().await?;
        let mut at_views = Vec::new();
        for view in views {
            at_views.push(view.enter().await?);
        }
        Ok(Self(Arc::new(Permits { at_core, at_views })))
    }
}

#[derive(Debug)]
pub(crate) struct Gate {
    closed: AtomicBool,
    closing: Notify,
    places: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn open() -> Self {
        Self {
            closed: AtomicBool::new(false),
            closing: Notify::new(),
            places: Arc::new(Semaphore::new(PLACES as usize)),
        }
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if self.is_closed() {
            return Err(closed());
        }
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| closed())?;
        if self.is_closed() { Err(closed()) } else { Ok(place) }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Waits until it is closed.
    pub(crate) async fn until_closed(&self) {
        let mut closing = pin!(self.closing.notified());
        // Listen first, so that a close between the look and the wait is heard.
        closing.as_mut().enable();
        if !self.is_closed() {
            closing.await;
        }
    }

    /// Refuses new calls and waits, at most until `deadline`, for those under way.
    pub(crate) async fn close(&self, deadline: Deadline) {
        self.closed.store(true, Ordering::Release);
        self.closing.notify_waiters();
        let _ = timeout_at(deadline.0, self.places.acquire_many(PLACES)).await;
    }
}
