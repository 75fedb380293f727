//! The SDK against a vault and a provider on loopback: real sockets, real signatures, a canary for a credential.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod arguments;
mod close;
mod grants;
mod promises;
mod proxy;
mod send;
mod world;
