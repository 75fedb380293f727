//! A web service whose calls are made for whoever calls it.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

mod examples;
mod service;
