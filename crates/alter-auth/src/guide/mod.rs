//! For people who implement the other side of the protocol: a backend, a gateway, a test double.
//!
//! [`verify_a_request`] takes twenty lines; [`answer_official_sdks`] is about what has to come back. Both are tested
//! as they stand. `examples/minimal_backend.rs` is the two of them on hyper, and is run against the official Python
//! SDK.

#[doc = include_str!("verify_a_request.md")]
pub mod verify_a_request {}

#[doc = include_str!("answer_official_sdks.md")]
pub mod answer_official_sdks {}
