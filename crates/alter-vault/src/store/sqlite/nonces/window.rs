//! [`Window`]: the nonces of one window of signed time, as fingerprints in memory.

use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
};

/// Parts a window is split into. A hash table that grows moves everything it holds; a sixty-fourth of it at a time is
/// no pause anyone notices.
const SHARDS: usize = 64;

/// One window.
#[derive(Debug)]
pub(super) struct Window {
    shards: [HashSet<u64, BuildHasherDefault<AlreadyHashed>>; SHARDS],
    /// The count in the number of the last row read or stored.
    pub(super) last_row: u32,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| HashSet::default()), last_row: 0 }
    }

    pub(super) fn contains(&self, fingerprint: u64) -> bool {
        self.shards[shard(fingerprint)].contains(&fingerprint)
    }

    /// `false` if it was there.
    pub(super) fn insert(&mut self, fingerprint: u64) -> bool {
        self.shards[shard(fingerprint)].insert(fingerprint)
    }

    pub(super) fn remove(&mut self, fingerprint: u64) {
        self.shards[shard(fingerprint)].remove(&fingerprint);
    }

    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(HashSet::len).sum()
    }
}

/// From bits in the middle: the table within a shard is indexed by the lowest and tagged by the highest.
fn shard(fingerprint: u64) -> usize {
    (fingerprint >> 32) as usize % SHARDS
}

/// Passes a fingerprint on as it is; it is a hash already.
#[derive(Debug, Default)]
pub(super) struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only fingerprints are hashed, and they are numbers");
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}
