//! Ids as SQLite stores them: blobs of 16 bytes.

use alter_types::{
    AgentId, AppId, ApprovalGroupId, ApprovalId, CredentialId, GrantId, KeyId, ManagedSecretId,
};
use rusqlite::{Row, types::FromSqlError};
use uuid::Uuid;

/// Reads the 16 bytes of column `index`.
pub(super) fn bytes(row: &Row<'_>, index: usize) -> rusqlite::Result<[u8; 16]> {
    row.get(index)
}

/// An id type made of 16 bytes.
pub(super) trait FromBytes: Sized {
    fn from_16(bytes: [u8; 16]) -> Self;
}

macro_rules! from_bytes {
    ($($id:ty),*) => {$(
        impl FromBytes for $id {
            fn from_16(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        }
    )*};
}

from_bytes!(AgentId, AppId, ApprovalGroupId, ApprovalId, CredentialId, GrantId, KeyId, ManagedSecretId, Uuid);

/// Reads an id from column `index`.
pub(super) fn id<I: FromBytes>(row: &Row<'_>, index: usize) -> rusqlite::Result<I> {
    bytes(row, index).map(I::from_16)
}

/// Reads an id that may be missing.
pub(super) fn optional_id<I: FromBytes>(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<I>> {
    Ok(row.get::<_, Option<[u8; 16]>>(index)?.map(I::from_16))
}

/// The error of a column whose content this program did not write.
pub(super) fn unreadable(index: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        index,
        rusqlite::types::Type::Text,
        Box::new(FromSqlError::InvalidType),
    )
}
