//! [`Facts`]: keys and grants that recent calls needed, so that a call in a series reads nothing.
//!
//! They are the writer's own and hold only between two changes of the tables they come from: the writer forgets all
//! of them before it runs a statement that could change one, and when another process has written.

use std::{collections::HashMap, sync::Arc};

use alter_types::{AppId, GrantId};

use crate::{policy::KeyFacts, seal::KeyDigest, store::LoadedGrant};

/// Entries of each kind. Beyond that everything is read anew, which costs some microseconds a call.
const MAX_ENTRIES: usize = 1_024;

/// What is known without reading.
#[derive(Debug, Default)]
pub(super) struct Facts {
    keys: HashMap<KeyDigest, Arc<KeyFacts>>,
    grants: HashMap<(AppId, GrantId), Arc<LoadedGrant>>,
}

impl Facts {
    pub(super) fn forget(&mut self) {
        self.keys.clear();
        self.grants.clear();
    }

    pub(super) fn key(&self, digest: &KeyDigest) -> Option<Arc<KeyFacts>> {
        self.keys.get(digest).cloned()
    }

    pub(super) fn remember_key(&mut self, digest: KeyDigest, key: &Arc<KeyFacts>) {
        if self.keys.len() >= MAX_ENTRIES {
            self.keys.clear();
        }
        self.keys.insert(digest, Arc::clone(key));
    }

    pub(super) fn grant(&self, app: AppId, grant: GrantId) -> Option<Arc<LoadedGrant>> {
        self.grants.get(&(app, grant)).cloned()
    }

    pub(super) fn remember_grant(&mut self, app: AppId, grant: &Arc<LoadedGrant>) {
        if self.grants.len() >= MAX_ENTRIES {
            self.grants.clear();
        }
        self.grants.insert((app, grant.facts.id), Arc::clone(grant));
    }
}
