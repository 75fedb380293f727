//! [`AuditQueue`]: rows on their way to the vault. Bounded, retried, drained on close, and honest about losses.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, Semaphore},
    time::{sleep, timeout, timeout_at},
};

use crate::{Audit, AuditLimits, AuditRow, BoxFuture, Deadline};

/// Where rows go.
pub trait AuditSink: Send + Sync + 'static {
    /// Delivers one row.
    fn deliver(&self, row: AuditRow) -> BoxFuture<'_, Delivery>;
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The vault has it.
    Done,
    /// Not now; trying again may work.
    Later,
    /// The vault does not want it; trying again is pointless.
    Refused,
}

/// What is left of a queue after [`AuditQueue::drain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DrainReport {
    /// Rows the vault received since the queue was made.
    pub delivered: u64,
    /// Rows that were given up since the queue was made: refused, out of attempts, or no room in time.
    pub lost: u64,
    /// Rows that were still waiting when the time was up.
    pub undelivered: u64,
}

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A bounded queue of rows with tasks that deliver them. Cheap to clone; clones share the queue.
///
/// Tasks exist only while there are rows, and run on the runtime of the call that left the row. When that runtime
/// goes away, its rows go back into the queue and the next call, or [`drain`](Self::drain), picks them up.
#[derive(Clone)]
pub struct AuditQueue(Arc<Shared>);

struct Shared {
    sink: Arc<dyn AuditSink>,
    limits: AuditLimits,
    waiting: Mutex<VecDeque<AuditRow>>,
    /// One permit for each row that still fits.
    room: Semaphore,
    /// Rows that are waiting or being delivered.
    unsettled: AtomicUsize,
    /// Told when a row is settled or comes back unsettled.
    settled: Notify,
    workers: AtomicUsize,
    delivered: AtomicU64,
    lost: AtomicU64,
}

impl AuditQueue {
    /// A queue in front of `sink`.
    #[must_use]
    pub fn new(sink: impl AuditSink, limits: AuditLimits) -> Self {
        Self(Arc::new(Shared {
            sink: Arc::new(sink),
            waiting: Mutex::default(),
            room: Semaphore::new(limits.capacity.clamp(1, Semaphore::MAX_PERMITS)),
            limits,
            unsettled: AtomicUsize::new(0),
            settled: Notify::new(),
            workers: AtomicUsize::new(0),
            delivered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }))
    }

    /// Leaves a row. If the queue is full it waits for room, at most [`AuditLimits::patience`]; then the row is
    /// dropped and counted as lost. So it is if the wait is cut short.
    pub async fn push(&self, row: AuditRow) {
        let mut waiting = WaitingForRoom { queue: self, row: Some(row) };
        if let Ok(Ok(permit)) = timeout(self.0.limits.patience, self.0.room.acquire()).await {
            permit.forget();
            waiting.row.take().into_iter().for_each(|row| self.enqueue(row));
        }
    }

    /// Leaves a row without waiting, for a call that is being dropped.
    pub fn push_now(&self, row: AuditRow) {
        match self.0.room.try_acquire() {
            Ok(permit) => {
                permit.forget();
                self.enqueue(row);
            }
            Err(_) => self.lose("the queue is full"),
        }
    }

    /// With [`Audit::Strict`], waits for a place for the row of a call that is about to be made.
    pub(crate) async fn place(&self) -> Option<Place> {
        if self.0.limits.audit == Audit::BestEffort {
            return None;
        }
        self.0.room.acquire().await.expect("the semaphore is never closed").forget();
        Some(Place(Some(self.clone())))
    }

    /// Waits until every row is delivered or given up, at most until `deadline`.
    pub async fn drain(&self, deadline: Deadline) -> DrainReport {
        let _ = timeout_at(deadline.0, async {
            loop {
                let settled = self.0.settled.notified();
                if self.0.unsettled.load(Ordering::Acquire) == 0 {
                    return;
                }
                self.start_worker_if_needed();
                settled.await;
            }
        })
        .await;
        self.report()
    }

    /// The counts as they stand.
    #[must_use]
    pub fn report(&self) -> DrainReport {
        DrainReport {
            delivered: self.0.delivered.load(Ordering::Relaxed),
            lost: self.0.lost.load(Ordering::Relaxed),
            undelivered: self.0.unsettled.load(Ordering::Acquire) as u64,
        }
    }

    fn enqueue(&self, row: AuditRow) {
        self.0.unsettled.fetch_add(1, Ordering::AcqRel);
        self.waiting().push_back(row);
        self.start_worker_if_needed();
    }

    fn lose(&self, why: &'static str) {
        self.0.lost.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(why, "an audit row was lost");
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<AuditRow>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts one more worker if rows wait, unless enough are running or there is no runtime to run it.
    fn start_worker_if_needed(&self) {
        let limit = self.0.limits.concurrency.max(1);
        let one_more = |running| (running < limit).then_some(running + 1);
        if let Ok(runtime) = tokio::runtime::Handle::try_current()
            && !self.waiting().is_empty()
            && self.0.workers.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_ok()
        {
            runtime.spawn(Worker(self.clone()).run());
        }
    }

    async fn deliver(&self, row: &AuditRow) -> Result<(), &'static str> {
        let limits = &self.0.limits;
        let mut wait = limits.backoff;
        let mut attempt = 1;
        loop {
            match self.0.sink.deliver(row.clone()).await {
                Delivery::Done => return Ok(()),
                Delivery::Refused => return Err("the vault refused it"),
                Delivery::Later if limits.audit == Audit::BestEffort && attempt >= limits.attempts => {
                    return Err("the vault could not be reached");
                }
                Delivery::Later => sleep(wait).await,
            }
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
            attempt += 1;
        }
    }
}

impl fmt::Debug for AuditQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuditQueue").field(&self.report()).finish()
    }
}

/// A row that has no room yet. Dropped, it takes what room there is now, or is counted as lost.
struct WaitingForRoom<'a> {
    queue: &'a AuditQueue,
    row: Option<AuditRow>,
}

impl Drop for WaitingForRoom<'_> {
    fn drop(&mut self) {
        if let Some(row) = self.row.take() {
            self.queue.push_now(row);
        }
    }
}

/// Room in the queue for one row, given back if it is not used.
pub(crate) struct Place(Option<AuditQueue>);

impl Place {
    pub(crate) fn put(mut self, row: AuditRow) {
        if let Some(queue) = self.0.take() {
            queue.enqueue(row);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.0.room.add_permits(1);
        }
    }
}

/// Counted in `workers` until its drop, whichever way it ends.
struct Worker(AuditQueue);

impl Worker {
    async fn run(self) {
        while let Some(mut taken) = Taken::next(&self.0) {
            let row = taken.row.as_ref().expect("a row is there until it is settled");
            match self.0.deliver(row).await {
                Ok(()) => drop(self.0.0.delivered.fetch_add(1, Ordering::Relaxed)),
                Err(why) => self.0.lose(why),
            }
            taken.settle();
        }
        // A row that came after the last look, while this worker still counted, must not wait for the next call.
        let queue = self.0.clone();
        drop(self);
        queue.start_worker_if_needed();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.0.workers.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A row in a worker's hands. Dropped unsettled, as when its runtime goes away, it returns to the queue.
struct Taken<'a> {
    queue: &'a AuditQueue,
    row: Option<AuditRow>,
}

impl<'a> Taken<'a> {
    fn next(queue: &'a AuditQueue) -> Option<Self> {
        let row = queue.waiting().pop_front()?;
        Some(Self { queue, row: Some(row) })
    }

    fn settle(&mut self) {
        self.row = None;
        self.queue.0.room.add_permits(1);
        self.queue.0.unsettled.fetch_sub(1, Ordering::AcqRel);
        self.queue.0.settled.notify_waiters();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(row) = self.row.take() {
            self.queue.waiting().push_front(row);
            self.queue.0.settled.notify_waiters();
        }
    }
}
