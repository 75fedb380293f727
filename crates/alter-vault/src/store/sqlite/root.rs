//! The founding row of a vault.

use rusqlite::{Connection, params};

use super::work::Work;
use crate::{seal::SealedRoot, store::StoreError};

/// Stores `founded` unless the vault has been founded already, and returns what stands.
pub(super) fn found_or_read(conn: &Connection, founded: &SealedRoot) -> rusqlite::Result<SealedRoot> {
    conn.execute(
        "INSERT INTO root (only_row, vault, check_seal, lookup_key) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
        params![founded.vault, founded.check, founded.lookup_key],
    )?;
    conn.query_row("SELECT vault, check_seal, lookup_key FROM root", [], |row| {
        Ok(SealedRoot { vault: row.get(0)?, check: row.get(1)?, lookup_key: row.get(2)? })
    })
}

impl Work<'_> {
    /// Writes what is there already: changes nothing and yet has to be committed, like any write.
    pub(super) fn touch(&mut self) -> Result<(), StoreError> {
        self.prepare("UPDATE root SET vault = vault")?.execute([])?;
        Ok(())
    }
}
