//! Applications and their data keys.

use alter_types::{AppId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{ids::id, work::Work};
use crate::{
    AppRecord, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    store::{NewAppRow, SealedDataKey, StoreError},
};

impl Work<'_> {
    pub(super) fn create_app(&mut self, app: &NewAppRow) -> Result<AppRecord, StoreError> {
        let now = self.now();
        self.prepare("INSERT INTO apps (id, name, created_at) VALUES (?1, ?2, ?3)")?.execute(params![
            app.id.as_bytes(),
            app.name,
            now
        ])?;
        self.prepare("INSERT INTO data_keys (id, app, sealed, created_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![app.data_key.id, app.id.as_bytes(), app.data_key.sealed, now])?;
        self.append(&Entry::new(AuditEvent::AppCreate, AuditOutcome::Allowed).app(app.id))?;
        Ok(AppRecord { id: app.id, name: app.name.clone(), created_at: Timestamp::from_unix_micros(now) })
    }

    /// Refuses what is meant for an application that does not exist.
    pub(super) fn require_app(&mut self, app: AppId) -> Result<Result<(), VaultError>, StoreError> {
        let known = self.prepare("SELECT 1 FROM apps WHERE id = ?1")?.exists([app.as_bytes()])?;
        Ok(if known { Ok(()) } else { Err(VaultError::NotFound { what: "application" }) })
    }
}

pub(super) fn list(conn: &Connection) -> Result<Vec<AppRecord>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id, name, created_at FROM apps ORDER BY created_at, id")?;
    let rows = statement.query_map([], |row| {
        let created_at = Timestamp::from_unix_micros(row.get(2)?);
        Ok(AppRecord { id: id(row, 0)?, name: row.get(1)?, created_at })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn current_data_key(
    conn: &Connection,
    app: AppId,
) -> Result<Result<SealedDataKey, VaultError>, StoreError> {
    let key = conn
        .prepare_cached(
            "SELECT id, app, sealed FROM data_keys WHERE app = ?1 ORDER BY created_at DESC LIMIT 1",
        )?
        .query_row([app.as_bytes()], data_key_of)
        .optional()?;
    Ok(key.ok_or(VaultError::NotFound { what: "application" }))
}

pub(super) fn data_key(conn: &Connection, id: [u8; 16]) -> Result<SealedDataKey, StoreError> {
    conn.prepare_cached("SELECT id, app, sealed FROM data_keys WHERE id = ?1")?
        .query_row([id], data_key_of)
        .optional()?
        .ok_or(StoreError::Damaged("a credential's data key is missing"))
}

fn data_key_of(row: &Row<'_>) -> rusqlite::Result<SealedDataKey> {
    Ok(SealedDataKey { id: row.get(0)?, app: id(row, 1)?, sealed: row.get(2)? })
}
