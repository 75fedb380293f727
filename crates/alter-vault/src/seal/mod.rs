//! Sealing: envelope encryption of everything secret the vault keeps.
//!
//! master key → one random data key per application → AES-256-GCM over each credential. Every ciphertext is bound to
//! its [`Place`] (table, row, application, version), so one that is copied into another row does not open. API keys
//! are not encrypted at all: only a keyed hash of them is kept ([`KeyLookup`]).

mod aead;
mod data_keys;
mod key_lookup;
mod master_key;
mod root;

pub(crate) use aead::{Place, SealError, SealingKey, Table};
pub(crate) use data_keys::DataKeys;
pub(crate) use key_lookup::{KeyDigest, KeyLookup};
pub use master_key::{MasterKey, MasterKeyError};
pub(crate) use root::{RootError, SealedRoot};
