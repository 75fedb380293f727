//! Tools against a vault that says what a test tells it to say.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod examples;
mod labels;
mod recovery;
