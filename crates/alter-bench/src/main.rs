//! What a call costs, beside the least it could cost. `cargo xtask bench` runs it in release mode.
//!
//! Figures are CPU time per operation, which a busy machine distorts little; the floor is measured in the same run
//! on the same bytes. Repeats alternate between the two, and the median is printed with the spread beside it.

mod bare_client;
mod cpu;
mod env;
mod floor_server;
mod idle_clients;
mod load;
mod models;
mod peer_server;
mod process;
mod python;
mod report;
mod request;
mod sdk;
mod server;
mod signatures;

use std::process::ExitCode;

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1);
    let all: [fn() -> Result<(), Failure>; 6] =
        [idle_clients::run, signatures::run, models::run, sdk::run, request::run, server::run];
    let figures = match wanted.as_deref() {
        // Servers are processes of their own, so that their CPU time can be told from the caller's.
        Some("floor-server") => return floor_server::run(),
        Some("peer-server") => return peer_server::run(),
        // For whoever works on the server: its figures alone.
        Some("server") => &all[5..],
        _ => &all[..],
    };
    println!("{}", report::heading());
    let outcome = figures.iter().try_for_each(|take| take());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Anything that keeps a figure from being taken.
type Failure = Box<dyn std::error::Error + Send + Sync>;
