//! Replay protection: nonces that were taken, kept as long as the request they came with could be sent again.

use alter_auth::UnixSeconds;
use alter_types::KeyId;
use rusqlite::{Connection, params};

use super::work::Work;
use crate::store::{SignedCall, StoreError};

/// Seconds of signed time per window.
const WINDOW: i64 = 600;

/// How far signed time may be from ours before a request is refused as stale, plus a margin for a clock that was set
/// back a little.
const STILL_VALID: i64 = 300 + 300;

/// Fewest rows a sweep may remove.
const SWEEP: usize = 256;

impl Work<'_> {
    /// Takes the call's nonce. `false` if the key has used it before, in this window or one beside it.
    pub(super) fn take_nonce(&self, key: KeyId, call: &SignedCall) -> Result<bool, StoreError> {
        let window = call.timestamp.0.div_euclid(WINDOW);
        let (key, nonce) = (key.as_bytes(), call.nonce.as_bytes());
        let known = self
            .prepare("SELECT 1 FROM nonces WHERE window IN (?1, ?2) AND api_key = ?3 AND nonce = ?4")?
            .exists(params![window - 1, window + 1, key, nonce])?;
        if known {
            return Ok(false);
        }
        let inserted = self
            .prepare(
                "INSERT INTO nonces (window, api_key, nonce) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![window, key, nonce])?;
        Ok(inserted == 1)
    }
}

/// Removes nonces no valid request can carry any more, a bounded number with each commit.
#[derive(Debug, Default)]
pub(super) struct Sweeper {
    /// Windows before this one are known to be empty.
    swept_before: Option<i64>,
}

impl Sweeper {
    /// Removes at least as many as `messages` can have added, so that the table does not grow without end.
    pub(super) fn sweep(
        &mut self,
        conn: &Connection,
        now: UnixSeconds,
        messages: usize,
    ) -> Result<(), StoreError> {
        let oldest_live = (now.0 - STILL_VALID).div_euclid(WINDOW);
        if self.swept_before.is_some_and(|window| window >= oldest_live) {
            return Ok(());
        }
        let limit = SWEEP.max(2 * messages);
        let removed = conn
            .prepare_cached(
                "DELETE FROM nonces WHERE (window, api_key, nonce) IN
                 (SELECT window, api_key, nonce FROM nonces WHERE window < ?1 LIMIT ?2)",
            )?
            .execute(params![oldest_live, i64::try_from(limit).unwrap_or(i64::MAX)])?;
        if removed < limit {
            self.swept_before = Some(oldest_live);
        }
        Ok(())
    }
}
