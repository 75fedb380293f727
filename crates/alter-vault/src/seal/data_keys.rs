//! [`DataKeys`]: the applications' data keys, opened once and kept in memory within a bound.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use alter_auth::Random;
use zeroize::Zeroizing;

use super::{MasterKey, Place, SealError, SealingKey, Table};

/// Opened keys kept at most. Beyond that the cache starts afresh: opening one again costs about a microsecond.
const MAX_OPEN: usize = 1_024;

/// Seals new data keys under the master key and opens stored ones, remembering those in use.
pub(crate) struct DataKeys {
    master: SealingKey,
    open: RwLock<HashMap<[u8; 16], Arc<SealingKey>>>,
}

impl DataKeys {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self { master: master.sealing_key(), open: RwLock::default() }
    }

    /// Makes the data key `id` of `app` and returns it sealed.
    pub(crate) fn mint(
        &self,
        random: &dyn Random,
        id: &[u8; 16],
        app: &[u8; 16],
    ) -> Result<Vec<u8>, SealError> {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(&mut *key).map_err(|_| SealError::Random)?;
        self.master.seal(random, &place(id, app), &*key)
    }

    /// The data key `id` if it is open already.
    pub(crate) fn cached(&self, id: &[u8; 16]) -> Option<Arc<SealingKey>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Opens the data key `id` of `app` and remembers it.
    pub(crate) fn open(
        &self,
        id: &[u8; 16],
        app: &[u8; 16],
        sealed: &[u8],
    ) -> Result<Arc<SealingKey>, SealError> {
        let key = Arc::new(SealingKey::new(&*self.master.open_key(&place(id, app), sealed)?));
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_OPEN {
            open.clear();
        }
        open.insert(*id, Arc::clone(&key));
        Ok(key)
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKeys(…)")
    }
}

fn place<'a>(id: &'a [u8; 16], app: &'a [u8; 16]) -> Place<'a> {
    Place { table: Table::DataKey, row: id, owner: app, version: 1 }
}
