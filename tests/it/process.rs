//! The `alter` program as a process: started, waited for, killed.

use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::env::alter_program;

/// A running `alter dev` or `alter serve`. Killed when dropped.
pub(crate) struct AlterProcess {
    child: Child,
    /// What it announced when it was ready.
    pub(crate) announcement: Value,
}

impl AlterProcess {
    /// Starts `alter dev` on a free port with its files in `dir`.
    pub(crate) async fn dev(dir: &Path) -> Self {
        Self::start(&["dev", "--listen", "127.0.0.1:0"], dir).await
    }

    /// Starts `alter serve` on a free port for the vault in `dir`; providers on loopback are allowed.
    pub(crate) async fn serve(dir: &Path) -> Self {
        Self::start(&["serve", "--listen", "127.0.0.1:0", "--allow-network", "127.0.0.0/8"], dir).await
    }

    async fn start(arguments: &[&str], dir: &Path) -> Self {
        let mut child = Command::new(alter_program())
            .args(arguments)
            .args(["--output", "json", "--dir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(Duration::from_secs(30), lines.next_line()).await;
        let line = first.expect("ready within 30 seconds").unwrap().expect("an announcement before it ends");
        Self { child, announcement: serde_json::from_str(&line).unwrap() }
    }

    /// One announced text.
    pub(crate) fn announced(&self, name: &str) -> String {
        self.announcement[name].as_str().unwrap_or_else(|| panic!("{name} is announced")).to_owned()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Runs one `alter` command to its end, with `input` on standard input.
pub(crate) async fn alter(dir: &Path, arguments: &[&str], input: &str) -> Output {
    use tokio::io::AsyncWriteExt as _;
    let mut child = Command::new(alter_program())
        .args(arguments)
        .arg("--dir")
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses early closes its end; that is not this side's failure.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    timeout(Duration::from_secs(60), child.wait_with_output()).await.expect("ends within 60 seconds").unwrap()
}

/// Runs one command that must succeed and reads its JSON.
pub(crate) async fn alter_json(dir: &Path, arguments: &[&str], input: &str) -> Value {
    let output = alter(dir, &[arguments, &["--output", "json"]].concat(), input).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "alter {arguments:?} failed: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs one command that must fail and gives what it said.
pub(crate) async fn alter_fails(dir: &Path, arguments: &[&str]) -> String {
    let output = alter(dir, arguments, "").await;
    assert!(!output.status.success(), "alter {arguments:?} was expected to fail");
    String::from_utf8(output.stderr).unwrap()
}
