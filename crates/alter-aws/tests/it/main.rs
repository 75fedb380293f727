//! The AWS SDK against a vault and a provider on loopback: real sockets, and signatures checked with AWS's own signer.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod bodies;
mod examples;
mod refusals;
mod sts;
mod world;
