//! Replay protection: nonces that were taken, kept as long as the request they came with could be sent again.
//!
//! On disk they are a log that is only ever appended to and cut off at its old end. Looking one up is done in memory:
//! every process holds what all processes took, and reads what others added before it decides (see
//! [`memory`](super::memory)). What cannot be known any more is refused, never guessed: a request signed in a
//! window that was removed, and any request when no more nonces can be held.

mod window;

use std::{collections::BTreeMap, hash::BuildHasher as _, hash::RandomState};

use alter_auth::{Nonce, UnixSeconds};
use alter_types::KeyId;
use rusqlite::{Connection, OptionalExtension as _, params};

use self::window::Window;
use crate::{policy::NonceStanding, store::StoreError};

/// Seconds of signed time per window.
const WINDOW: i64 = 120;

/// How old signed time may be before nobody has to accept it, plus a margin for a clock that was set back a little.
const STILL_VALID: i64 = 300 + 60;

/// Rows a sweep removes at most. A batch adds one or two, so the log shrinks faster than it grows.
const SWEEP: usize = 64;

/// The highest number a window can have: it is the upper half of a row's number, and its end has to be one as well.
const LAST_WINDOW: i64 = i32::MAX as i64 - 1;

/// Bytes per nonce in a row: the key's id, then the nonce.
const ENTRY: usize = 32;

/// The nonces still needed, and those the running batch has taken.
#[derive(Debug)]
pub(super) struct Nonces {
    windows: BTreeMap<i64, Window>,
    /// Earlier windows were removed.
    floor: i64,
    /// Whether the log holds nothing before the floor.
    swept: bool,
    held: usize,
    limit: usize,
    /// In memory a nonce is 64 bits under a hash key of this process. Two that collide make the vault refuse the
    /// second one as a replay: at ten million held nonces, one call in 10^12.
    fingerprints: RandomState,
    running: Vec<Taken>,
    encoded: Vec<u8>,
}

/// A nonce the running batch has taken.
#[derive(Debug)]
struct Taken {
    window: i64,
    fingerprint: u64,
    entry: [u8; ENTRY],
}

impl Nonces {
    /// Holds at most `limit` nonces.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            windows: BTreeMap::new(),
            floor: 0,
            swept: false,
            held: 0,
            limit,
            fingerprints: RandomState::new(),
            running: Vec::new(),
            encoded: Vec::new(),
        }
    }

    /// Takes a nonce, unless it was taken with this key before or that cannot be known.
    pub(super) fn take(&mut self, key: KeyId, nonce: &Nonce, signed: UnixSeconds) -> NonceStanding {
        let mut entry = [0; ENTRY];
        entry[..16].copy_from_slice(key.as_bytes());
        entry[16..].copy_from_slice(nonce.as_bytes());
        let fingerprint = self.fingerprints.hash_one(entry);
        if self.windows.values().any(|window| window.contains(fingerprint)) {
            return NonceStanding::Taken;
        }
        let window = signed.0.div_euclid(WINDOW);
        if !(self.floor..=LAST_WINDOW).contains(&window) {
            return NonceStanding::Forgotten;
        }
        if self.held >= self.limit {
            return NonceStanding::NoRoom;
        }
        self.windows.entry(window).or_insert_with(Window::new).insert(fingerprint);
        self.held += 1;
        self.running.push(Taken { window, fingerprint, entry });
        NonceStanding::New
    }

    /// How many nonces the running batch has taken, for [`give_back`](Self::give_back).
    pub(super) fn taken(&self) -> usize {
        self.running.len()
    }

    /// Forgets what the running batch took after the first `kept`.
    pub(super) fn give_back(&mut self, kept: usize) {
        for taken in self.running.drain(kept..) {
            if let Some(window) = self.windows.get_mut(&taken.window) {
                window.remove(taken.fingerprint);
                self.held -= 1;
            }
        }
    }

    /// Writes what the running batch has taken: one row, or one for each window if it took from several.
    pub(super) fn store(&mut self, conn: &Connection) -> Result<(), StoreError> {
        self.running.sort_by_key(|taken| taken.window);
        for taken in self.running.chunk_by(|a, b| a.window == b.window) {
            let number = taken[0].window;
            let last_row = self.windows.get(&number).map_or(0, |window| window.last_row);
            self.encoded.clear();
            taken.iter().for_each(|taken| self.encoded.extend_from_slice(&taken.entry));
            conn.prepare_cached("INSERT INTO nonces (id, taken) VALUES (?1, ?2)")?
                .execute(params![row_number(number, last_row) + 1, self.encoded])?;
        }
        Ok(())
    }

    /// What was stored is committed.
    pub(super) fn committed(&mut self) {
        for taken in self.running.chunk_by(|a, b| a.window == b.window) {
            if let Some(window) = self.windows.get_mut(&taken[0].window) {
                window.last_row += 1;
            }
        }
        self.running.clear();
    }

    /// Reads what other processes have added, and how far they have cut the log off.
    pub(super) fn catch_up(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let floor = conn.prepare_cached("SELECT window FROM nonce_floor")?.query_row([], |row| row.get(0))?;
        if floor > self.floor {
            self.close_before(floor);
        }
        let mut next = self.floor;
        while let Some(number) = first_window(conn, next)? {
            self.read_window(conn, number)?;
            next = number + 1;
        }
        Ok(())
    }

    fn read_window(&mut self, conn: &Connection, number: i64) -> Result<(), StoreError> {
        let window = self.windows.entry(number).or_insert_with(Window::new);
        let mut statement =
            conn.prepare_cached("SELECT id, taken FROM nonces WHERE id > ?1 AND id < ?2 ORDER BY id")?;
        let from = row_number(number, window.last_row);
        let mut rows = statement.query(params![from, row_number(number + 1, 0)])?;
        while let Some(row) = rows.next()? {
            let (entries, rest) = row.get_ref(1)?.as_blob().unwrap_or_default().as_chunks::<ENTRY>();
            if entries.is_empty() || !rest.is_empty() {
                return Err(StoreError::Damaged("a row of the nonce log is malformed"));
            }
            for entry in entries {
                self.held += usize::from(window.insert(self.fingerprints.hash_one(entry)));
            }
            let row_in_window = row.get::<_, i64>(0)? & i64::from(u32::MAX);
            window.last_row = u32::try_from(row_in_window).expect("the lower half of a number fits");
        }
        Ok(())
    }

    /// Closes windows no valid request can be signed in any more, and removes a bounded number of their rows.
    ///
    /// The floor follows what is removed and not the clock, so a clock that was wrong for a while closes nothing but
    /// windows that were used.
    pub(super) fn sweep(&mut self, conn: &Connection, now: UnixSeconds) -> Result<(), StoreError> {
        let oldest_live = (now.0 - STILL_VALID).div_euclid(WINDOW);
        if let Some((last_dead, _)) = self.windows.range(..oldest_live).next_back() {
            let floor = last_dead + 1;
            conn.prepare_cached("UPDATE nonce_floor SET window = max(window, ?1)")?.execute([floor])?;
            self.close_before(floor);
        }
        if !self.swept {
            let removed = conn
                .prepare_cached(
                    "DELETE FROM nonces WHERE id IN (SELECT id FROM nonces WHERE id < ?1 ORDER BY id LIMIT ?2)",
                )?
                .execute(params![row_number(self.floor, 0), SWEEP as i64])?;
            self.swept = removed < SWEEP;
        }
        Ok(())
    }

    fn close_before(&mut self, floor: i64) {
        self.windows = self.windows.split_off(&floor);
        self.held = self.windows.values().map(Window::len).sum();
        self.floor = floor;
        self.swept = false;
    }
}

/// The number of a window's row; row 0 of a window is never stored.
fn row_number(window: i64, row: u32) -> i64 {
    (window << 32) | i64::from(row)
}

/// The first window from `number` on that has rows.
fn first_window(conn: &Connection, number: i64) -> Result<Option<i64>, StoreError> {
    let first: Option<i64> = conn
        .prepare_cached("SELECT id FROM nonces WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1")?
        .query_row([row_number(number, 0), row_number(LAST_WINDOW + 1, 0)], |row| row.get(0))
        .optional()?;
    Ok(first.map(|id| id >> 32))
}
