//! Chance and time as a vector recorded them.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use alter_auth::{Random, RandomError, SeededRandom};

/// Gives the recorded nonces in their order, and after them a fixed sequence.
#[derive(Debug)]
pub(super) struct PinnedRandom {
    nonces: Mutex<VecDeque<[u8; 16]>>,
    after: SeededRandom,
}

impl PinnedRandom {
    pub(super) fn new(nonces: &[String]) -> Self {
        let nonces = nonces.iter().filter_map(|nonce| {
            let number = u128::from_str_radix(nonce, 16).ok()?;
            Some(number.to_be_bytes())
        });
        Self { nonces: Mutex::new(nonces.collect()), after: SeededRandom::new(1) }
    }
}

impl Random for PinnedRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        if out.len() == 16 {
            let next = self.nonces.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            if let Some(nonce) = next {
                out.copy_from_slice(&nonce);
                return Ok(());
            }
        }
        self.after.fill(out)
    }
}
