//! MCP servers and clients of ours, talking to the official SDK's other half.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod authorization;
mod examples;
mod foreign;
mod tools;
