//! [`Work`]: what a message in the writer sees of the running transaction.

use std::{cell::OnceCell, fmt, sync::Arc};

use alter_auth::Clock;
use alter_types::{AppId, GrantId, KeyId};
use rusqlite::{CachedStatement, Connection};

use super::{audit, memory::Memory};
use crate::{
    audit::Entry,
    policy::{KeyFacts, NonceStanding},
    seal::KeyDigest,
    store::{LoadedGrant, SignedCall, StoreError},
};

/// The running transaction, one message's share of it.
pub(super) struct Work<'a> {
    conn: &'a Connection,
    clock: &'a dyn Clock,
    memory: &'a mut Memory,
    now: OnceCell<i64>,
}

impl<'a> Work<'a> {
    pub(super) fn new(conn: &'a Connection, clock: &'a dyn Clock, memory: &'a mut Memory) -> Self {
        Self { conn, clock, memory, now: OnceCell::new() }
    }

    /// The time of this message in Unix microseconds: when it is decided, not when it was queued.
    pub(super) fn now(&self) -> i64 {
        *self.now.get_or_init(|| self.clock.now_micros())
    }

    /// A statement, prepared once per connection. One that can write makes the writer forget the facts it remembers;
    /// that is decided here, for every statement, so that no verb can fail to say so.
    pub(super) fn prepare(&mut self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        let statement = self.conn.prepare_cached(sql)?;
        if !statement.readonly() {
            self.memory.facts.forget();
        }
        Ok(statement)
    }

    /// Appends a row to the audit trail and returns its number.
    pub(super) fn append(&mut self, entry: &Entry<'_>) -> Result<i64, StoreError> {
        let now = self.now();
        audit::append(self.conn, &mut self.memory.head, entry, now)
    }

    /// Takes the call's nonce, which is stored with the batch.
    pub(super) fn take_nonce(&mut self, key: KeyId, call: &SignedCall) -> NonceStanding {
        self.memory.nonces.take(key, &call.nonce, call.timestamp)
    }

    /// The key with this hash.
    pub(super) fn key_by_digest(&mut self, digest: &KeyDigest) -> Result<Option<Arc<KeyFacts>>, StoreError> {
        if let Some(key) = self.memory.facts.key(digest) {
            return Ok(Some(key));
        }
        let key = self.read_key(digest)?.map(Arc::new);
        if let Some(key) = &key {
            self.memory.facts.remember_key(*digest, key);
        }
        Ok(key)
    }

    /// The grant with this id, if it belongs to `app`, with everything a use of it needs.
    pub(super) fn grant_by_id(
        &mut self,
        app: AppId,
        grant: GrantId,
    ) -> Result<Option<Arc<LoadedGrant>>, StoreError> {
        if let Some(grant) = self.memory.facts.grant(app, grant) {
            return Ok(Some(grant));
        }
        let grant = self.read_grant(app, grant)?.map(Arc::new);
        if let Some(grant) = &grant {
            self.memory.facts.remember_grant(app, grant);
        }
        Ok(grant)
    }

    /// The connection, for queries that readers share. Nothing may be written through it.
    pub(super) fn connection(&self) -> &'a Connection {
        self.conn
    }

    #[cfg(test)]
    pub(super) fn conn(&self) -> &'a Connection {
        self.conn
    }
}

impl fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("memory", self.memory).finish_non_exhaustive()
    }
}
