//! The testkit does what its users rely on: above all, it fails when they would want it to.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod scripted_vault;
