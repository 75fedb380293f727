//! The unmodified official Python SDK against `alter dev`, as its users would run it.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

use crate::{env::python, process::AlterProcess};

#[tokio::test]
async fn the_official_sdk_0_29_0_does_the_main_job_unmodified() {
    let folder = tempfile::tempdir().unwrap();
    let process = AlterProcess::dev(folder.path()).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/main_job.py");
    let running = Command::new(python())
        .arg(script)
        .env("ALTER_BASE_URL", process.announced("base_url"))
        .env("ALTER_TEST_API_KEY", process.announced("api_key"))
        .env("ALTER_TEST_GRANT", process.announced("grant_id"))
        .env("ALTER_TEST_PROVIDER", process.announced("practice_provider"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(Duration::from_secs(60), running).await.expect("ends within 60 seconds").unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with("main job done"), "{said}");
}
