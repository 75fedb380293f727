//! The embedded engine: one SQLite file, one writer thread with group commit, one reader thread beside it.
//!
//! `open` makes connections and brings the schema up to date, `writer` and `reader` own them, [`work::Work`] is a
//! message's view of the running transaction. The other files are the SQL of one subject each.

mod agents;
mod approvals;
mod apps;
mod audit;
mod credentials;
mod engine;
mod facts;
mod grants;
mod ids;
mod keys;
mod memory;
mod nonces;
mod open;
mod reader;
mod root;
mod sdk;
mod secrets;
mod work;
mod writer;

pub(crate) use engine::SqliteStore;
