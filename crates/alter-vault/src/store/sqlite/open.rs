//! Opening the file: what is checked before anything is changed, the settings of every connection, migrations.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::OpenError;

/// `PRAGMA application_id` of a vault, set by the first migration.
const APPLICATION_ID: i64 = 0x416c_7456;

/// Every SQLite file starts with this.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Files up to this many bytes are checked page by page when opened; larger ones would make every start slow.
const QUICK_CHECK_LIMIT: u64 = 64 << 20;

/// Statements kept prepared per connection: more than the engine has.
const STATEMENT_CACHE: usize = 128;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Opens the write connection, founding the file if there is none, and brings its schema up to date.
pub(super) fn for_writing(path: &Path, busy_timeout: Duration) -> Result<Connection, OpenError> {
    let kind = inspect(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| explain(path, error);
    let mut conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    conn.busy_timeout(busy_timeout).map_err(failed)?;
    if kind == Existing::Database {
        recognise(path, &conn)?;
    }
    configure(&conn).map_err(failed)?;
    use_write_ahead_log(&conn, busy_timeout).map_err(failed)?;
    // Shows at once whether the file can be written and nobody sits on its lock.
    conn.execute_batch("BEGIN IMMEDIATE; COMMIT").map_err(failed)?;
    migrate(path, &mut conn)?;
    Ok(conn)
}

/// Opens a connection that cannot write.
pub(super) fn for_reading(path: &Path, busy_timeout: Duration) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| explain(path, error);
    let conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    conn.busy_timeout(busy_timeout).map_err(failed)?;
    configure(&conn).map_err(failed)?;
    Ok(conn)
}

/// The settings that belong to a connection and not to the file.
fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -16_384)?;
    conn.pragma_update(None, "wal_autocheckpoint", 1_000)?;
    conn.pragma_update(None, "trusted_schema", false)
}

/// SQLite does not wait for others when it changes the journal mode, so programs that found the same vault at once
/// would refuse each other. The mode stays with the file: later connections find it set.
fn use_write_ahead_log(conn: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    loop {
        match conn.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < busy_timeout =>
            {
                thread::sleep(PAUSE);
                waited += PAUSE;
            }
            result => return result,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existing {
    Nothing,
    Database,
}

/// Looks at the file without SQLite, which would take an empty or foreign file for its own. A new file is made
/// readable for its owner only; SQLite gives its companions the same permissions.
fn inspect(path: &Path) -> Result<Existing, OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(OpenError::MissingDirectory { path: folder.to_owned() });
    }
    if path.is_dir() {
        return Err(OpenError::NotAVault { path: path.to_owned() });
    }
    let not_writable =
        |source: io::Error| OpenError::NotWritable { path: path.to_owned(), source: Box::new(source) };
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(not_writable)?;
    let mut header = Vec::with_capacity(SQLITE_HEADER.len());
    read_start(&file, &mut header).map_err(not_writable)?;
    if header.is_empty() {
        Ok(Existing::Nothing)
    } else if header == SQLITE_HEADER {
        Ok(Existing::Database)
    } else {
        Err(OpenError::NotAVault { path: path.to_owned() })
    }
}

fn read_start(file: &File, header: &mut Vec<u8>) -> io::Result<usize> {
    file.take(SQLITE_HEADER.len() as u64).read_to_end(header)
}

/// Refuses databases of other programs, of newer releases, and damaged ones, before anything is written.
fn recognise(path: &Path, conn: &Connection) -> Result<(), OpenError> {
    let failed = |error| explain(path, error);
    let application: i64 =
        conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    // A file without tables is one whose founding was interrupted.
    if application != APPLICATION_ID && tables != 0 && !only_bookkeeping(conn).map_err(failed)? {
        return Err(OpenError::NotAVault { path: path.to_owned() });
    }
    let found = schema_version(conn).map_err(failed)?;
    let known = newest_schema();
    if found > known {
        return Err(OpenError::NewerSchema { path: path.to_owned(), found, known });
    }
    let small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= QUICK_CHECK_LIMIT);
    if small {
        let verdict: String =
            conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
        if verdict != "ok" {
            return Err(OpenError::Corrupt { path: path.to_owned(), source: verdict.into() });
        }
    }
    Ok(())
}

/// Whether the only table is the one migrations are recorded in: the first migration did not get to commit.
fn only_bookkeeping(conn: &Connection) -> rusqlite::Result<bool> {
    let others = "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'refinery_schema_history'";
    conn.query_row(others, [], |row| row.get::<_, i64>(0)).map(|count| count == 0)
}

fn schema_version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn newest_schema() -> i64 {
    let newest = embedded::migrations::runner().get_migrations().iter().map(|m| m.version()).max();
    newest.map_or(0, i64::from)
}

/// Applies what is missing. Two processes may find the same file without a schema at once; the one that comes second
/// fails on what the first has made, and then finds everything in place.
fn migrate(path: &Path, conn: &mut Connection) -> Result<(), OpenError> {
    conn.set_transaction_behavior(TransactionBehavior::Immediate);
    // All in one transaction, so that nobody finds a schema between two versions.
    let applied = embedded::migrations::runner().set_grouped(true).run(conn);
    let result = match applied {
        Ok(_) => Ok(()),
        Err(_) if schema_version(conn).is_ok_and(|found| found == newest_schema()) => Ok(()),
        Err(error) => Err(OpenError::Storage { path: path.to_owned(), source: Box::new(error) }),
    };
    conn.set_transaction_behavior(TransactionBehavior::Deferred);
    result
}

/// Which of the documented reasons an error of SQLite is.
pub(super) fn explain(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::NotADatabase) => OpenError::NotAVault { path },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Corrupt { path, source: Box::new(error) },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::NotWritable { path, source: Box::new(error) }
        }
        _ => OpenError::Storage { path, source: Box::new(error) },
    }
}
