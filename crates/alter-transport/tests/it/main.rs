//! What the planes promise, told through scripted bottoms and, where sockets matter, real loopback ones.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod audit;
mod backend_order;
mod canary;
mod provider_order;
mod queue;
mod retry;
mod sockets;
mod standing;
mod streaming;
mod support;
