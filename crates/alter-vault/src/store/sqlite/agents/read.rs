//! Reading agents.

use alter_types::{AgentId, AgentInfo, AgentScopes, AgentType, AppId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;

use crate::{
    policy::Reach,
    store::{
        AgentFilter, StoreError,
        sqlite::ids::{id, unreadable},
    },
};

const COLUMNS: &str =
    "id, name, type, status, display_name, scopes, pending_scopes, pending_from, policy, metadata,
                       version, created_at";

/// An agent as it stands.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) info: AgentInfo,
    pub(super) reach: Reach,
}

pub(super) fn stored(
    conn: &Connection,
    app: AppId,
    agent: AgentId,
    now: i64,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM agents WHERE id = ?1 AND app = ?2");
    let found = conn
        .prepare_cached(&sql)?
        .query_row(params![agent.as_bytes(), app.as_bytes()], |row| agent_of(row, now))
        .optional()?;
    Ok(found)
}

/// A page of agents, oldest first, and how many there are.
pub(in crate::store::sqlite) fn page(
    conn: &Connection,
    app: AppId,
    filter: &AgentFilter,
    now: i64,
) -> Result<(Vec<AgentInfo>, i64), StoreError> {
    const MATCHING: &str =
        "FROM agents WHERE app = ?1 AND (?2 IS NULL OR name = ?2) AND (?3 OR status <> 'revoked')";
    let snapshot = conn.unchecked_transaction()?;
    let total = snapshot
        .prepare_cached(&format!("SELECT count(*) {MATCHING}"))?
        .query_row(params![app.as_bytes(), filter.name, filter.include_revoked], |row| row.get(0))?;
    let sql = format!("SELECT {COLUMNS} {MATCHING} ORDER BY created_at, id LIMIT ?4 OFFSET ?5");
    let mut statement = snapshot.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![app.as_bytes(), filter.name, filter.include_revoked, filter.limit, filter.offset],
        |row| agent_of(row, now).map(|stored| stored.info),
    )?;
    Ok((rows.collect::<Result<_, _>>()?, total))
}

fn agent_of(row: &Row<'_>, now: i64) -> rusqlite::Result<Stored> {
    let pending: Option<AgentScopes> = match row.get_ref(6)?.as_str_or_null()? {
        Some(text) => Some(parsed(text, 6)?),
        None => None,
    };
    let reach =
        Reach { now: parsed(row.get_ref(5)?.as_str()?, 5)?, pending: pending.zip(row.get(7)?) }.at(now);
    let kind: AgentType = row.get_ref(2)?.as_str()?.parse().map_err(|_| unreadable(2))?;
    let created_at = Timestamp::from_unix_micros(row.get(11)?);
    let mut info = AgentInfo::new(id(row, 0)?, row.get::<_, String>(1)?, kind, created_at);
    info.status = row.get_ref(3)?.as_str()?.parse().map_err(|_| unreadable(3))?;
    info.display_name = row.get(4)?;
    info.policy = parsed(row.get_ref(8)?.as_str()?, 8)?;
    info.metadata = parsed(row.get_ref(9)?.as_str()?, 9)?;
    info.version = row.get(10)?;
    info.scopes = object(&reach.now).ok_or_else(|| unreadable(5))?;
    if let Some((scopes, from)) = &reach.pending {
        info.scopes_pending = object(scopes);
        info.scopes_applies_at = Some(Timestamp::from_unix_micros(*from));
    }
    Ok(Stored { info, reach })
}

fn parsed<T: DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|_| unreadable(column))
}

fn object(scopes: &AgentScopes) -> Option<serde_json::Map<String, serde_json::Value>> {
    match serde_json::to_value(scopes).ok()? {
        serde_json::Value::Object(map) => Some(map),
        _ => None,
    }
}
