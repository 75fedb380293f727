//! A server under measurement as a process of its own, so that its CPU time can be told from the caller's.

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::Failure;

/// A server process. Killed when dropped.
pub(crate) struct Measured {
    _child: Child,
    pub(crate) pid: u32,
    pub(crate) authority: String,
}

impl Measured {
    /// Starts it and waits for the address on its first line: a URL, or JSON with a `base_url`.
    pub(crate) async fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let pid = child.id().ok_or("the server ended at once")?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let line = BufReader::new(out).lines().next_line().await?.ok_or("the server announced no address")?;
        let url = serde_json::from_str::<Value>(&line)
            .ok()
            .and_then(|announced| announced["base_url"].as_str().map(str::to_owned))
            .unwrap_or(line);
        let authority = url.strip_prefix("http://").ok_or("the server announced no URL")?.to_owned();
        Ok(Self { _child: child, pid, authority })
    }

    /// This program again, as one of its servers.
    pub(crate) async fn start_own(role: &str) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role);
        Self::start(command).await
    }
}
