//! Memory behind a proven identity: what it keeps apart, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod examples;
mod isolation;
mod proof;
mod rules;
mod world;
