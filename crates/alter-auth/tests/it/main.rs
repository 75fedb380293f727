//! Behaviour of the crate as a backend or client author sees it.

#![allow(clippy::unwrap_used, reason = "a panic is the report")]

mod assertion_rules;
mod examples;
mod identity;
mod replay;
mod rule;
mod sigv4;
mod tamper;
mod tamper_narrowed;
mod vectors;
