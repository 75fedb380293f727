//! [`SealedRoot`]: the few sealed values a vault is founded with, and how a master key is recognised by them.

use alter_auth::{Random, random_uuid};
use zeroize::Zeroizing;

use super::{KeyLookup, Place, SealError, SealingKey, Table};

const CHECK: &[u8] = b"alter-vault master key check";

/// What a new vault stores first. Opens only under the master key it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedRoot {
    pub(crate) vault: [u8; 16],
    pub(crate) check: Vec<u8>,
    pub(crate) lookup_key: Vec<u8>,
}

/// Why a root could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RootError {
    /// The check value does not open: another master key.
    WrongMasterKey,
    /// The check value opens and the rest does not: the file was damaged.
    Damaged,
}

impl SealedRoot {
    /// A root for a vault that does not exist yet.
    pub(crate) fn new(master: &SealingKey, random: &dyn Random) -> Result<Self, SealError> {
        let vault = *random_uuid(random).map_err(|_| SealError::Random)?.as_bytes();
        let mut lookup_key = Zeroizing::new([0; 32]);
        random.fill(&mut *lookup_key).map_err(|_| SealError::Random)?;
        Ok(Self {
            check: master.seal(random, &place(Table::RootCheck, &vault), CHECK)?,
            lookup_key: master.seal(random, &place(Table::RootLookupKey, &vault), &*lookup_key)?,
            vault,
        })
    }

    /// Recognises the master key and opens the key of the API key hash.
    pub(crate) fn open(&self, master: &SealingKey) -> Result<KeyLookup, RootError> {
        match master.open(&place(Table::RootCheck, &self.vault), &self.check) {
            Ok(check) if check.as_slice() == CHECK => {}
            _ => return Err(RootError::WrongMasterKey),
        }
        master
            .open_key(&place(Table::RootLookupKey, &self.vault), &self.lookup_key)
            .map(|key| KeyLookup::new(&key))
            .map_err(|_| RootError::Damaged)
    }
}

fn place(table: Table, vault: &[u8; 16]) -> Place<'_> {
    Place { table, row: vault, owner: vault, version: 1 }
}
