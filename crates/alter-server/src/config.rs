//! What an operator can set about the HTTP face, with its defaults and bounds.

use std::time::Duration;

use alter_auth::SkewWindow;
use alter_transport::Destinations;

/// Limits of the HTTP face. Every one of them is a bound on what a peer can make the server hold or wait for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerConfig {
    /// Largest body of `/sdk/proxy`, in bytes. Default 10 MiB.
    pub max_proxy_body: usize,
    /// Largest body of every other route, in bytes. Default 256 KiB.
    pub max_body: usize,
    /// How far a request's timestamp may be off. Default, and at most, 300 seconds either way: the vault remembers
    /// nonces for as long as that takes.
    pub skew_window: SkewWindow,
    /// Connections served at the same time; further ones wait to be accepted. Default 4,096.
    pub max_connections: usize,
    /// How long a peer may take to send its request head, or stay idle between requests. Default 60 seconds.
    pub header_timeout: Duration,
    /// How long a peer may take to send a body. Default 30 seconds.
    pub body_timeout: Duration,
    /// How long a graceful stop waits for calls in flight. Default 90 seconds.
    pub drain_timeout: Duration,
    /// Where people reach this vault, for links in answers, for example `https://vault.example.com`. Default: what the
    /// caller's `Host` header says, over `http`.
    pub public_url: Option<String>,
    /// How often calls that people have agreed to are looked for. Default 200 milliseconds.
    pub approval_interval: Duration,
    /// Rules for the calls the vault makes itself.
    pub egress: Egress,
}

/// Rules for proxy mode: where the vault may connect to, and what one call may cost.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Egress {
    /// Which addresses may be connected to. Default: public ones only.
    pub destinations: Destinations,
    /// Whole-call limit of one provider call. Default 60 seconds.
    pub call_timeout: Duration,
    /// Limit for one connection to a provider. Default 10 seconds.
    pub connect_timeout: Duration,
    /// Bytes kept of a provider's answer; the rest is cut and marked. Default 10 MiB.
    pub max_answer: usize,
    /// Proxy calls executed at the same time; further ones wait. Default 256.
    pub max_concurrent: u32,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            max_proxy_body: 10 * 1024 * 1024,
            max_body: 256 * 1024,
            skew_window: SkewWindow::default(),
            max_connections: 4_096,
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(90),
            public_url: None,
            approval_interval: Duration::from_millis(200),
            egress: Egress::default(),
        }
    }
}

impl Default for Egress {
    fn default() -> Self {
        Self {
            destinations: Destinations::public_only(),
            call_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            max_answer: 10 * 1024 * 1024,
            max_concurrent: 256,
        }
    }
}
