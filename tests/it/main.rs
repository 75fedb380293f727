//! The whole system on real parts: SDK, server, provider, the command line, the official Python SDK.

#![allow(clippy::unwrap_used, reason = "a panic is the report")]

mod approvals;
mod bad_input;
mod calls;
mod command_line;
mod env;
mod health;
mod kill;
mod minimal_backend;
mod process;
mod python_sdk;
mod raw_http;
mod wire;
