//! The vault's HTTP face: `/sdk/*` for SDKs, health checks for whoever runs it. A tower service first
//! ([`service`]), a socket second ([`Server`]).
//!
//! Data flows one way: route → signed request → vault → reply. A handler reads like a sentence because
//! everything that can be refused is refused before it runs: too large, not signed, stale, malformed.

mod approval_page;
mod config;
mod connection_timer;
mod handler;
mod json;
mod proxy;
mod rejection;
mod request_id;
mod route;
mod serve;
mod signed;
mod state;

pub use alter_transport::IpNet;
pub use alter_vault as vault;
pub use config::{Egress, ServerConfig};
pub use route::service;
pub use serve::{ServeError, Server};
pub use state::{ServerState, StartError};
