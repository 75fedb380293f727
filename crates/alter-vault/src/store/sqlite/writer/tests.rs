//! What a batch does when one of its messages fails, or all of it does.

use alter_auth::{Attribution, ManualClock, Nonce, UnixSeconds};
use alter_types::KeyId;
use rusqlite::params;

use super::*;
use crate::{
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::NonceStanding,
    store::{SignedCall, sqlite::open},
};

type Answer = oneshot::Receiver<Result<i64, StoreError>>;

struct Bench {
    batcher: Batcher,
    watcher: Connection,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(prepare: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.db");
        let wait = std::time::Duration::from_millis(20);
        let conn = open::for_writing(&path, wait).unwrap();
        prepare(&conn);
        let watcher = open::for_reading(&path, wait).unwrap();
        let batcher = Batcher::new(conn, Arc::new(ManualClock::at(1_782_864_000)), Memory::new(1_000));
        Self { batcher, watcher, _folder: folder }
    }

    /// Runs a batch as the thread would, and answers.
    fn run(&mut self, mut batch: Vec<Box<dyn Message>>) {
        let failure = self.batcher.commit(&mut batch).err();
        for message in batch {
            message.answer(failure.as_ref());
        }
    }

    /// Rows of the trail as another connection sees them.
    fn rows(&self) -> Vec<i64> {
        let mut statement = self.watcher.prepare("SELECT seq FROM audit ORDER BY seq").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

fn message<F>(work: F) -> (Box<dyn Message>, Answer)
where
    F: FnMut(&mut Work<'_>) -> Result<i64, StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Job { work, result: None, reply }), answer)
}

fn append(work: &mut Work<'_>) -> Result<i64, StoreError> {
    work.append(&Entry::new(AuditEvent::GrantList, AuditOutcome::Allowed))
}

#[test]
fn a_message_that_fails_leaves_its_neighbours_and_the_chain_intact() {
    let mut bench = Bench::new();
    let (first, mut first_answer) = message(append);
    let (failing, mut failing_answer) = message(|work| {
        append(work)?;
        append(work)?;
        Err(StoreError::Damaged("this message fails after it has written"))
    });
    let (last, mut last_answer) = message(append);

    bench.run(vec![first, failing, last]);

    assert_eq!(first_answer.try_recv().unwrap().unwrap(), 1);
    assert!(matches!(failing_answer.try_recv().unwrap(), Err(StoreError::Damaged(_))));
    assert_eq!(last_answer.try_recv().unwrap().unwrap(), 2, "numbered as if the failed one never was");
    assert_eq!(bench.rows(), [1, 2]);
}

#[test]
fn a_message_that_fails_gives_its_nonce_back_and_its_neighbours_keep_theirs() {
    let mut bench = Bench::new();
    let take = |nonce: u8| {
        move |work: &mut Work<'_>| {
            let standing = work.take_nonce(KeyId::from_bytes([1; 16]), &call(nonce));
            append(work)?;
            Ok(i64::from(standing == NonceStanding::New))
        }
    };
    let (first, mut first_answer) = message(take(1));
    let (failing, _failing_answer) = message(move |work| {
        take(2)(work)?;
        Err(StoreError::Damaged("this message fails after it has taken a nonce"))
    });
    let (again, mut again_answer) = message(take(2));
    let (repeated, mut repeated_answer) = message(take(1));

    bench.run(vec![first, failing, again, repeated]);
    let answers = [&mut first_answer, &mut again_answer, &mut repeated_answer];
    assert_eq!(answers.map(|answer| answer.try_recv().unwrap().unwrap()), [1, 1, 0]);

    let (next, mut next_answer) = message(take(2));
    bench.run(vec![next]);
    assert_eq!(next_answer.try_recv().unwrap().unwrap(), 0, "stored with the batch");
}

#[test]
fn a_batch_that_is_not_stored_gives_its_nonces_back() {
    let mut bench = Bench::new();
    let take = |work: &mut Work<'_>| {
        let standing = work.take_nonce(KeyId::from_bytes([1; 16]), &call(1));
        append(work)?;
        Ok(i64::from(standing == NonceStanding::New))
    };
    let (only, _answer) = message(move |work| {
        take(work)?;
        // What the batch cannot be stored without.
        work.conn().execute_batch("DROP TABLE nonces")?;
        Ok(0)
    });
    bench.run(vec![only]);
    assert!(bench.rows().is_empty());
    let (next, mut next_answer) = message(take);
    bench.run(vec![next]);
    assert_eq!(next_answer.try_recv().unwrap().unwrap(), 1);
}

fn call(nonce: u8) -> SignedCall {
    SignedCall {
        key: [0; 32],
        nonce: Nonce::from_bytes([nonce; 16]),
        timestamp: UnixSeconds(1_782_864_000),
        attribution: Attribution::default(),
        narrowing: crate::Narrowing::default(),
        request_id: String::new(),
        client_ip: None,
    }
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let mut bench = Bench::new();
    let (only, mut answer) = message(append);
    let mut batch = vec![only];
    bench.batcher.commit(&mut batch).unwrap();
    assert_eq!(bench.rows(), [1], "committed");
    assert!(answer.try_recv().is_err(), "and not answered yet");
    batch.pop().unwrap().answer(None);
    assert_eq!(answer.try_recv().unwrap().unwrap(), 1);
}

#[test]
fn a_full_disk_fails_the_whole_batch_and_the_next_one_is_served() {
    let mut bench = Bench::with(|conn| {
        let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        conn.pragma_update(None, "max_page_count", pages + 4).unwrap();
    });
    let (small, mut small_answer) = message(append);
    let (large, mut large_answer) = message(|work| {
        work.conn().execute(
            "INSERT INTO apps (id, name, created_at) VALUES (?1, ?2, 1)",
            params![[1u8; 16], "x".repeat(1 << 20)],
        )?;
        append(work)
    });
    let (after, mut after_answer) = message(append);

    bench.run(vec![small, large, after]);

    let answers = [&mut small_answer, &mut large_answer, &mut after_answer];
    let served = answers.map(|answer| answer.try_recv().expect("everyone is answered").is_ok());
    assert!(!served[1]);
    // Whether SQLite undoes the statement or the whole transaction is its choice; what was acknowledged is there.
    assert_eq!(served.into_iter().filter(|served| *served).count(), bench.rows().len());

    let (next, mut next_answer) = message(append);
    bench.run(vec![next]);
    assert!(next_answer.try_recv().unwrap().is_ok());
}

#[test]
fn a_transaction_that_ends_by_itself_takes_the_whole_batch_with_it() {
    let mut bench = Bench::new();
    let (first, mut first_answer) = message(append);
    let (fatal, mut fatal_answer) = message(|work| {
        // As SQLite does by itself after some disk errors.
        work.conn().execute_batch("ROLLBACK")?;
        Err(StoreError::Damaged("the disk is gone"))
    });
    let (after, mut after_answer) = message(append);

    bench.run(vec![first, fatal, after]);

    for answer in [&mut first_answer, &mut fatal_answer, &mut after_answer] {
        assert!(matches!(answer.try_recv().unwrap(), Err(StoreError::Sql(_))));
    }
    assert!(bench.rows().is_empty());
}

#[test]
fn a_locked_file_fails_the_batch_without_running_it() {
    let mut bench = Bench::new();
    let path = bench.watcher.path().unwrap().to_owned();
    let locker = Connection::open(path).unwrap();
    locker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (only, mut answer) = message(append);
    bench.run(vec![only]);
    assert!(matches!(answer.try_recv().unwrap(), Err(StoreError::Sql(_))));
    assert!(bench.rows().is_empty());
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_a_closed_one_answers_what_it_took() {
    let folder = tempfile::tempdir().unwrap();
    let wait = std::time::Duration::from_millis(20);
    let conn = open::for_writing(&folder.path().join("vault.db"), wait).unwrap();
    let clock = Arc::new(ManualClock::at(1_782_864_000));
    let writer = Writer::spawn_with_queue(conn, clock, Memory::new(1_000), 1).unwrap();
    let (started, wait_for_start) = oneshot::channel();
    let mut started = Some(started);
    let (release, released) = mpsc::channel::<()>();

    let blocking = writer.run(move |work| {
        started.take().unwrap().send(()).unwrap();
        released.recv().unwrap();
        append(work)
    });
    let mut blocking = Box::pin(blocking);
    // A future does nothing until it is polled, and this one sends its message at once.
    assert!(poll_once(&mut blocking).await.is_none());
    wait_for_start.await.unwrap();
    let mut queued = Box::pin(writer.run(append));
    assert!(poll_once(&mut queued).await.is_none());
    assert!(matches!(writer.run(append).await, Err(StoreError::QueueFull)));

    release.send(()).unwrap();
    writer.close().await;
    assert_eq!((blocking.await.unwrap(), queued.await.unwrap()), (1, 2));
    assert!(matches!(writer.run(append).await, Err(StoreError::Closed)));
}

/// Polls once.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
