//! Behaviour of the data model, seen from outside the crate.

mod error_mapping;
