//! Reading frozen calls and how they stand.

use alter_types::{AppId, ApprovalGroupId, ApprovalStatusValue as Status, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::NO_APPROVAL;
use crate::{
    ApprovalRecord, GateRecord, VaultError,
    policy::approval::standing,
    store::{
        SealedCall, StoreError,
        sqlite::ids::{id, unreadable},
    },
};

/// Approvals in one list.
const LONGEST_LIST: i64 = 200;

const RECORD: &str = "
    SELECT a.id, a.app, a.grant_id, a.provider, a.method, a.url, a.reason, a.caller, a.key_prefix, a.status,
           a.created_at, a.expires_at, a.decided_at, a.decision_reason, a.executed_at, a.execution_error,
           a.result IS NOT NULL AND a.result_until > ?2
    FROM approvals a WHERE a.app = ?1";

/// The approval with this id, or with a gate of this id.
pub(in crate::store::sqlite) fn one(
    conn: &Connection,
    app: AppId,
    wanted: Uuid,
    now: i64,
) -> Result<Option<ApprovalRecord>, StoreError> {
    let sql =
        format!("{RECORD} AND (a.id = ?3 OR a.id = (SELECT approval FROM approval_gates WHERE id = ?3))");
    let found = conn
        .prepare_cached(&sql)?
        .query_row(params![app.as_bytes(), now, wanted.as_bytes()], |row| record(row, now))
        .optional()?;
    found.map(|record| with_gates(conn, record)).transpose()
}

/// Those not decided yet, oldest first; or the newest of all, newest first.
pub(in crate::store::sqlite) fn list(
    conn: &Connection,
    app: AppId,
    open: bool,
    now: i64,
) -> Result<Vec<ApprovalRecord>, StoreError> {
    let rest = if open {
        "AND a.status IN ('pending', 'approved', 'executing') AND (a.status <> 'pending' OR a.expires_at > ?2)
         ORDER BY a.created_at, a.id LIMIT ?3"
    } else {
        "ORDER BY a.created_at DESC, a.id LIMIT ?3"
    };
    let mut statement = conn.prepare_cached(&format!("{RECORD} {rest}"))?;
    let rows = statement.query_map(params![app.as_bytes(), now, LONGEST_LIST], |row| record(row, now))?;
    rows.map(|record| with_gates(conn, record?)).collect()
}

pub(in crate::store::sqlite) fn frozen(
    conn: &Connection,
    app: AppId,
    id: ApprovalGroupId,
) -> Result<Result<SealedCall, VaultError>, StoreError> {
    let found = conn
        .prepare_cached("SELECT data_key, frozen FROM approvals WHERE id = ?1 AND app = ?2")?
        .query_row(params![id.as_bytes(), app.as_bytes()], |row| {
            Ok(SealedCall { data_key: row.get(0)?, sealed: row.get(1)? })
        })
        .optional()?;
    Ok(found.ok_or(NO_APPROVAL))
}

/// The provider's answer, while it is kept.
pub(in crate::store::sqlite) fn answer(
    conn: &Connection,
    app: AppId,
    id: ApprovalGroupId,
    now: i64,
) -> Result<Option<SealedCall>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT result_key, result FROM approvals
             WHERE id = ?1 AND app = ?2 AND result IS NOT NULL AND result_until > ?3",
        )?
        .query_row(params![id.as_bytes(), app.as_bytes(), now], |row| {
            Ok(SealedCall { data_key: row.get(0)?, sealed: row.get(1)? })
        })
        .optional()?;
    Ok(found)
}

fn with_gates(conn: &Connection, mut record: ApprovalRecord) -> Result<ApprovalRecord, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, approver, status, decided_at FROM approval_gates WHERE approval = ?1 ORDER BY position",
    )?;
    let lapsed = record.status == Status::Expired;
    let rows = statement.query_map([record.id.as_bytes()], |row| {
        let status = status(row, 2)?;
        Ok(GateRecord {
            id: id(row, 0)?,
            approver: row.get(1)?,
            status: if lapsed && status == Status::Pending { Status::Expired } else { status },
            decided_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_unix_micros),
        })
    })?;
    record.gates = rows.collect::<Result<_, _>>()?;
    Ok(record)
}

fn record(row: &Row<'_>, now: i64) -> rusqlite::Result<ApprovalRecord> {
    let time = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp::from_unix_micros));
    let expires_at = row.get(11)?;
    Ok(ApprovalRecord {
        id: id(row, 0)?,
        app: id(row, 1)?,
        grant: id(row, 2)?,
        provider: row.get(3)?,
        method: row.get(4)?,
        url: row.get(5)?,
        reason: row.get(6)?,
        caller: row.get(7)?,
        key_prefix: row.get(8)?,
        status: standing(status(row, 9)?, expires_at, now),
        created_at: Timestamp::from_unix_micros(row.get(10)?),
        expires_at: Timestamp::from_unix_micros(expires_at),
        decided_at: time(12)?,
        decision_reason: row.get(13)?,
        executed_at: time(14)?,
        execution_error: row.get(15)?,
        has_result: row.get(16)?,
        gates: Vec::new(),
    })
}

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<Status> {
    row.get_ref(column)?.as_str()?.parse().map_err(|_| unreadable(column))
}
