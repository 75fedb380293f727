//! `alter-conformance [--list-na] [DIRECTORY]`: runs recorded vectors and says what failed.

use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let mut directory = PathBuf::from("conformance");
    let mut list_not_applicable = false;
    for argument in env::args_os().skip(1) {
        if argument == "--list-na" {
            list_not_applicable = true;
        } else if argument.to_string_lossy().starts_with('-') {
            eprintln!("usage: alter-conformance [--list-na] [DIRECTORY]");
            return ExitCode::FAILURE;
        } else {
            directory = argument.into();
        }
    }
    let report = match alter_conformance::run(&directory) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            return ExitCode::FAILURE;
        }
    };
    if list_not_applicable {
        for (name, reason) in report.not_applicable() {
            println!("not applicable: {name}: {reason}");
        }
    }
    println!("{report}");
    if report.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
