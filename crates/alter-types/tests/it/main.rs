//! Behaviour of the data model, seen from outside the crate.

mod bounds;
mod error_mapping;
mod generations;
mod read_errors;
mod redaction;
mod round_trip;
mod unknown_words;
