//! The SDK against a vault and a provider on loopback: real sockets, real signatures, a canary for a credential.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod agent;
mod agent_keys;
mod agents;
mod answers;
mod any_client;
mod approval_ends;
mod approvals;
mod arguments;
mod canary;
mod catalogs;
mod close;
mod connect;
mod connect_ends;
mod connect_wait;
mod construction;
mod credential;
mod delegation;
mod examples;
mod faults;
mod from_python;
mod grants;
mod http2;
mod identity;
mod keys;
mod log;
mod logging;
mod managed_secret;
mod new_grants;
mod operations;
mod promises;
mod proxy;
mod proxy_arguments;
mod scope_report;
mod script;
mod send;
mod shown;
mod sign_in;
mod stream;
mod trace;
mod trace_parent;
mod user_tokens;
mod views;
mod world;
