//! What a call costs, beside the least it could cost. `cargo xtask bench` runs it in release mode.
//!
//! Figures are CPU time per operation, which a busy machine distorts little; the floor is measured in the same run
//! on the same bytes. Repeats alternate between the two, and the median is printed with the spread beside it.

mod cpu;
mod floor_server;
mod load;
mod models;
mod report;
mod sdk;
mod server;
mod signatures;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    // The floor is a process of its own, so that its CPU time can be told from the load's.
    if arguments.next().as_deref() == Some("floor-server") {
        return floor_server::run();
    }
    println!("{}", report::heading());
    let outcome =
        signatures::run().and_then(|()| models::run()).and_then(|()| sdk::run()).and_then(|()| server::run());
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
