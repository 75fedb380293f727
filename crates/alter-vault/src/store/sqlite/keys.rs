//! API keys.

use alter_auth::KeyKind;
use alter_types::{AppId, KeyId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    ids::{id, optional_id, unreadable},
    work::Work,
};
use crate::{
    KeyRecord, Scope, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::KeyFacts,
    seal::KeyDigest,
    store::{NewKeyRow, StoreError},
};

impl Work<'_> {
    /// Reads the key with this hash.
    pub(super) fn read_key(&mut self, digest: &KeyDigest) -> Result<Option<KeyFacts>, StoreError> {
        let mut statement = self.prepare(&format!("{FACTS} WHERE k.digest = ?1"))?;
        Ok(statement.query_row([digest], facts).optional()?)
    }

    /// The key with this id, as it is now.
    pub(super) fn key_by_id(&mut self, key: KeyId) -> Result<Option<KeyFacts>, StoreError> {
        let mut statement = self.prepare(&format!("{FACTS} WHERE k.id = ?1"))?;
        Ok(statement.query_row([key.as_bytes()], facts).optional()?)
    }

    pub(super) fn create_key(
        &mut self,
        key: &NewKeyRow,
    ) -> Result<Result<KeyRecord, VaultError>, StoreError> {
        if let Err(error) = self.require_app(key.app)? {
            return Ok(Err(error));
        }
        let now = self.now();
        let expires_at = key.time_to_live.map(|time| now.saturating_add(time));
        let scopes: Vec<&str> = key.scopes.iter().map(Scope::as_str).collect();
        self.prepare(
            "INSERT INTO api_keys (id, app, digest, prefix, name, kind, scopes, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            key.id.as_bytes(),
            key.app.as_bytes(),
            key.digest,
            key.prefix,
            key.name,
            key.kind.as_str(),
            scopes.join(" "),
            now,
            expires_at,
        ])?;
        let mut entry = Entry::new(AuditEvent::KeyCreate, AuditOutcome::Allowed).app(key.app);
        entry.key = Some((key.id, &key.prefix));
        self.append(&entry)?;
        Ok(Ok(KeyRecord {
            id: key.id,
            app: key.app,
            name: key.name.clone(),
            kind: key.kind,
            prefix: key.prefix.clone(),
            scopes: key.scopes.clone(),
            created_at: Timestamp::from_unix_micros(now),
            expires_at: expires_at.map(Timestamp::from_unix_micros),
            revoked_at: None,
        }))
    }

    /// Revoking again is harmless and leaves no second row.
    pub(super) fn revoke_key(
        &mut self,
        app: AppId,
        key: KeyId,
    ) -> Result<Result<(), VaultError>, StoreError> {
        let found: Option<(String, Option<i64>)> = self
            .prepare("SELECT prefix, revoked_at FROM api_keys WHERE id = ?1 AND app = ?2")?
            .query_row(params![key.as_bytes(), app.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((prefix, revoked_at)) = found else {
            return Ok(Err(VaultError::NotFound { what: "API key" }));
        };
        if revoked_at.is_none() {
            self.prepare("UPDATE api_keys SET revoked_at = ?1 WHERE id = ?2")?
                .execute(params![self.now(), key.as_bytes()])?;
            let mut entry = Entry::new(AuditEvent::KeyRevoke, AuditOutcome::Allowed).app(app);
            entry.key = Some((key, &prefix));
            self.append(&entry)?;
        }
        Ok(Ok(()))
    }
}

const FACTS: &str = "
    SELECT k.id, k.app, k.prefix, k.scopes, k.expires_at, k.revoked_at, k.agent, a.status
    FROM api_keys k LEFT JOIN agents a ON a.id = k.agent";

fn facts(row: &Row<'_>) -> rusqlite::Result<KeyFacts> {
    let agent_status = match row.get_ref(7)?.as_str_or_null()? {
        Some(word) => Some(word.parse().map_err(|_| unreadable(7))?),
        None => None,
    };
    Ok(KeyFacts {
        agent: optional_id(row, 6)?,
        agent_status,
        id: id(row, 0)?,
        app: id(row, 1)?,
        prefix: row.get(2)?,
        scopes: row.get(3)?,
        expires_at: row.get(4)?,
        revoked_at: row.get(5)?,
    })
}

/// Every key of an application, newest first.
pub(super) fn list(conn: &Connection, app: AppId) -> Result<Vec<KeyRecord>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, app, name, kind, prefix, scopes, created_at, expires_at, revoked_at FROM api_keys
         WHERE app = ?1 ORDER BY created_at DESC, id",
    )?;
    let rows = statement.query_map([app.as_bytes()], record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<KeyRecord> {
    let scopes = row.get_ref(5)?.as_str()?.split(' ').filter(|scope| !scope.is_empty());
    let time = |column| {
        Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_unix_micros))
    };
    Ok(KeyRecord {
        id: id(row, 0)?,
        app: id(row, 1)?,
        name: row.get(2)?,
        kind: kind_of(row.get_ref(3)?.as_str()?).ok_or_else(|| unreadable(3))?,
        prefix: row.get(4)?,
        scopes: scopes.map(|scope| scope.parse().map_err(|_| unreadable(5))).collect::<Result<_, _>>()?,
        created_at: Timestamp::from_unix_micros(row.get(6)?),
        expires_at: time(7)?,
        revoked_at: time(8)?,
    })
}

fn kind_of(word: &str) -> Option<KeyKind> {
    use KeyKind::{Agent, Derived, Legacy, Publishable, Runtime};
    [Runtime, Agent, Derived, Publishable, Legacy].into_iter().find(|kind| kind.as_str() == word)
}
