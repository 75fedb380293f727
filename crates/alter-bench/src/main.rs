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
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    // Servers are processes of their own, so that their CPU time can be told from the caller's.
    match wanted.first().map(String::as_str) {
        Some("floor-server") => return floor_server::run(),
        Some("peer-server") => return peer_server::run(),
        _ => {}
    }
    let outcome = take(&wanted);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Takes the figures of these names, or all.
fn take(wanted: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = wanted.iter().find(|name| FIGURES.iter().all(|(known, _)| name != known)) {
        let known = FIGURES.map(|(name, _)| name).join(", ");
        return Err(format!("no figure is called {unknown}; there are {known}").into());
    }
    println!("{}", report::heading());
    let mut figures =
        FIGURES.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| w == name));
    figures.try_for_each(|(_, take)| take())
}

/// Takes and prints some figures.
type Take = fn() -> Result<(), Failure>;

/// The figures by name. Arguments name those to take; without any, all are taken.
const FIGURES: [(&str, Take); 6] = [
    ("idle-clients", idle_clients::run),
    ("signatures", signatures::run),
    ("models", models::run),
    ("sdk", sdk::run),
    ("request", request::run),
    ("server", server::run),
];

/// Anything that keeps a figure from being taken.
type Failure = Box<dyn std::error::Error + Send + Sync>;
