//! The audit trail's table: appending to the chain, reading it, and walking it for verification.

use std::sync::LazyLock;

use alter_types::Timestamp;
use rusqlite::{
    Connection, OptionalExtension as _, Row, ToSql, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};

use super::ids::{optional_id, unreadable};
use crate::{
    AuditFilter, AuditOrder, AuditRow, ChainHash,
    audit::{
        AuditEvent, AuditOutcome, Cell, Entry,
        chain::{self, Verifier},
        entry::CELLS,
    },
    store::StoreError,
};

/// Every column, in the order they are hashed; the two hashes last.
const COLUMNS: [&str; CELLS + 2] = [
    "seq",
    "at",
    "app",
    "event",
    "outcome",
    "code",
    "key_id",
    "key_prefix",
    "grant_id",
    "provider",
    "generation",
    "method",
    "url",
    "status",
    "latency_ms",
    "caller",
    "caller_type",
    "actor_id",
    "context",
    "reason",
    "request_id",
    "client_ip",
    "completes",
    "subject",
    "decision",
    "report",
    "prev_hash",
    "hash",
];

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let marks = vec!["?"; COLUMNS.len()].join(", ");
    format!("INSERT INTO audit ({}) VALUES ({marks})", COLUMNS.join(", "))
});

/// Rows read between two looks at the queue while the chain is verified.
const VERIFY_CHUNK: usize = 1_000;

/// The last row of the chain: the next one continues from here.
#[derive(Debug, Clone)]
pub(super) struct ChainHead {
    seq: i64,
    hash: ChainHash,
}

impl ChainHead {
    /// Before the first row.
    pub(super) const START: Self = Self { seq: 0, hash: ChainHash::GENESIS };

    pub(super) fn read(conn: &Connection) -> Result<Self, StoreError> {
        let last = conn
            .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok(Self { seq: row.get(0)?, hash: ChainHash(row.get(1)?) }))
            .optional()?;
        Ok(last.unwrap_or(Self::START))
    }
}

/// Appends a row and moves the head to it.
pub(super) fn append(
    conn: &Connection,
    head: &mut ChainHead,
    entry: &Entry<'_>,
    now: i64,
) -> Result<i64, StoreError> {
    let seq = head.seq + 1;
    let cells = entry.cells(seq, now);
    let hash = chain::hash(&head.hash, cells);
    let mut statement = conn.prepare_cached(&INSERT)?;
    for (index, cell) in cells.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, cell)?;
    }
    statement.raw_bind_parameter(CELLS + 1, head.hash.as_bytes().as_slice())?;
    statement.raw_bind_parameter(CELLS + 2, hash.as_bytes().as_slice())?;
    statement.raw_execute()?;
    *head = ChainHead { seq, hash };
    Ok(seq)
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The rows a filter asks for.
pub(super) fn read(conn: &Connection, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
    let (beyond, direction) = match filter.order {
        AuditOrder::OldestFirst => (">", "ASC"),
        AuditOrder::NewestFirst => ("<", "DESC"),
    };
    let mut conditions: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut condition = |text: String, value: Value| {
        conditions.push(text);
        values.push(value);
    };
    if let Some(app) = filter.app {
        condition("app = ?".to_owned(), Value::Blob(app.as_bytes().to_vec()));
    }
    if let Some(grant) = filter.grant {
        condition("grant_id = ?".to_owned(), Value::Blob(grant.as_bytes().to_vec()));
    }
    if let Some(after) = filter.after {
        condition(format!("seq {beyond} ?"), Value::Integer(after));
    }
    values.push(Value::Integer(i64::from(filter.limit)));
    let wanted = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
    let sql =
        format!("SELECT {} FROM audit WHERE {wanted} ORDER BY seq {direction} LIMIT ?", COLUMNS.join(", "));
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), audit_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    let number = |index: usize| row.get::<_, Option<i64>>(index);
    let json = |index: usize| -> rusqlite::Result<Option<serde_json::Value>> {
        let text: Option<String> = row.get(index)?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| unreadable(index))).transpose()
    };
    let word: String = row.get(3)?;
    let outcome: String = row.get(4)?;
    Ok(AuditRow {
        seq: row.get(0)?,
        at: Timestamp::from_unix_micros(row.get(1)?),
        app: optional_id(row, 2)?,
        event: AuditEvent::from_word(&word).ok_or_else(|| unreadable(3))?,
        outcome: AuditOutcome::from_word(&outcome).ok_or_else(|| unreadable(4))?,
        code: row.get(5)?,
        key_id: optional_id(row, 6)?,
        key_prefix: row.get(7)?,
        grant_id: optional_id(row, 8)?,
        provider: row.get(9)?,
        generation: optional_id(row, 10)?,
        method: row.get(11)?,
        url: row.get(12)?,
        status: number(13)?.map(|n| u16::try_from(n).map_err(|_| unreadable(13))).transpose()?,
        latency_ms: number(14)?.map(|n| u64::try_from(n).map_err(|_| unreadable(14))).transpose()?,
        caller: row.get(15)?,
        caller_type: row.get(16)?,
        actor_id: row.get(17)?,
        context: row.get(18)?,
        reason: row.get(19)?,
        request_id: row.get(20)?,
        client_ip: row.get(21)?,
        completes: row.get(22)?,
        subject: optional_id(row, 23)?,
        decision: json(24)?,
        report: json(25)?,
        prev_hash: ChainHash(row.get(26)?),
        hash: ChainHash(row.get(27)?),
    })
}

/// How far a verification has come.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) verifier: Verifier,
    last: i64,
    pub(super) done: bool,
}

impl Walk {
    pub(super) fn new() -> Self {
        // From below every number, so that rows slipped in before the first one show.
        Self { verifier: Verifier::new(), last: i64::MIN, done: false }
    }

    /// Takes the next rows. In pieces, so that other reads get their turn.
    pub(super) fn step(mut self, conn: &Connection) -> Result<Self, StoreError> {
        let sql = format!(
            "SELECT {} FROM audit WHERE seq > ?1 ORDER BY seq LIMIT {VERIFY_CHUNK}",
            COLUMNS.join(", ")
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query([self.last])?;
        let mut taken = 0;
        while let Some(row) = rows.next()? {
            let mut cells = [Cell::Null; CELLS];
            for (index, cell) in cells.iter_mut().enumerate() {
                *cell = cell_of(row.get_ref(index)?)?;
            }
            self.last = row.get(0)?;
            let (previous, stored): ([u8; 32], [u8; 32]) = (row.get(CELLS)?, row.get(CELLS + 1)?);
            taken += 1;
            if !self.verifier.take(self.last, cells, &previous, &stored) {
                self.done = true;
                return Ok(self);
            }
        }
        self.done = taken < VERIFY_CHUNK;
        Ok(self)
    }
}

fn cell_of(value: ValueRef<'_>) -> Result<Cell<'_>, StoreError> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(value) => Ok(Cell::Integer(value)),
        // Text that is not UTF-8 was not written here; as bytes it hashes to something else, and the row shows.
        ValueRef::Text(text) => Ok(std::str::from_utf8(text).map_or(Cell::Bytes(text), Cell::Text)),
        ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes)),
        ValueRef::Real(_) => Err(StoreError::Damaged("the audit table holds a fraction")),
    }
}
