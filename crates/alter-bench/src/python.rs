//! The official Python SDK doing the same calls, in a process of its own; it measures its own CPU time.

use std::path::PathBuf;

use alter_auth::ApiKey;
use tokio::process::Command;

use crate::{Failure, env, report};

/// Runs `what` with the official SDK against `authority` and prints its cost beside ours.
pub(crate) async fn beside(
    ours: &report::Samples,
    what: &str,
    callers: u32,
    authority: &str,
    key: &ApiKey,
) -> Result<(), Failure> {
    let Some(python) = interpreter() else {
        println!("    (no official Python SDK to compare with: `cargo xtask test` installs it)");
        return Ok(());
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/calls.py");
    let output = Command::new(python)
        .args([script, what, &callers.to_string()])
        .env("ALTER_BASE_URL", format!("http://{authority}"))
        .env("ALTER_TEST_API_KEY", key.expose())
        .output()
        .await?;
    if !output.status.success() {
        return Err(format!("the Python script failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let micros: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    report::beside("official Python SDK 0.29.0, same calls", micros, ours);
    Ok(())
}

/// What the environment names, or what `cargo xtask test` has made under the target folder.
fn interpreter() -> Option<PathBuf> {
    let made = || {
        let target = std::env::current_exe().ok()?.parent()?.parent()?.to_owned();
        Some(target.join("python/alter-sdk-0.29.0/bin/python"))
    };
    env::python().or_else(made).filter(|path| path.exists())
}
