//! The SDK against a vault and a provider on loopback: real sockets, real signatures, a canary for a credential.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod agent;
mod any_client;
mod approvals;
mod arguments;
mod canary;
mod close;
mod connect;
mod connect_wait;
mod examples;
mod faults;
mod grants;
mod http2;
mod log;
mod managed_secret;
mod promises;
mod proxy;
mod scope_report;
mod script;
mod send;
mod sign_in;
mod stream;
mod trace;
mod trace_parent;
mod user_tokens;
mod views;
mod world;
