//! Behaviour of the data model, seen from outside the crate.

mod bounds;
mod content_rule;
mod error_mapping;
mod error_payloads;
mod generations;
mod grant_limits;
mod memory_scope;
mod read_errors;
mod redaction;
mod round_trip;
mod unknown_words;
