//! The `alter` command: reads the command line, runs one command, turns a failure into a sentence and an exit code.

mod args;
mod cmd;
mod failure;
mod home;
mod output;
mod practice_provider;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    init_logging(args.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the asynchronous runtime could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), failure::Failure> {
    let operator = &args.operator;
    match args.command {
        Command::Dev(dev) => cmd::dev::run(operator, dev).await,
        Command::Init { first_app } => cmd::init::run(operator, &first_app).await,
        Command::Serve(serve) => cmd::serve::run(operator, serve).await,
        Command::Demo => cmd::demo::run().await,
        Command::Apps(command) => cmd::apps::run(operator, command).await,
        Command::Keys(command) => cmd::keys::run(operator, command).await,
        Command::Secrets(command) => cmd::secrets::run(operator, command).await,
        Command::Grants(command) => cmd::grants::run(operator, command).await,
        Command::Agents(command) => cmd::agents::run(operator, command).await,
        Command::Approvals(command) => cmd::approvals::run(operator, command).await,
        Command::Audit(command) => cmd::audit::run(operator, command).await,
    }
}

/// Logs go to standard error, so that what a command prints can be piped.
fn init_logging(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "alter=info,alter_server=debug,alter_vault=info,warn",
        _ => "alter_server=trace,alter_vault=trace,alter_client=trace,alter_transport=trace,info",
    };
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(level).init();
}
