//! The unmodified official Python SDKs against `alter dev`, as their users would run them.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, time::timeout};

use crate::{
    env::{alter_program, python, python_0_12},
    process::{AlterProcess, alter_json},
};

#[tokio::test]
async fn the_official_sdk_0_29_0_does_the_main_job_unmodified() {
    let folder = tempfile::tempdir().unwrap();
    let process = AlterProcess::dev(folder.path()).await;
    main_job(python(), "main_job.py", &process, &process.announced("api_key")).await;
}

#[tokio::test]
async fn an_sdk_of_the_five_field_generation_0_12_0_does_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let process = AlterProcess::dev(folder.path()).await;
    let key = alter_json(folder.path(), &["keys", "create", "old-service", "--legacy"], "").await;
    main_job(python_0_12(), "main_job_0_12.py", &process, key["api_key"].as_str().unwrap()).await;
}

#[tokio::test]
async fn the_official_sdk_waits_for_an_approval_given_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let process = AlterProcess::dev(folder.path()).await;
    let grant = alter_json(folder.path(), &["grants", "create", "practice", "--approver", "ann"], "").await;
    let (key, grant) = (process.announced("api_key"), grant["id"].as_str().unwrap());
    with_operator("approvals.py", folder.path(), &process, &key, grant).await;
}

#[tokio::test]
async fn the_official_sdk_makes_agents_and_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let process = AlterProcess::dev(folder.path()).await;
    let scopes = "agents:write,tokens:retrieve,proxy:execute,audit:emit,grants:read";
    let key = alter_json(folder.path(), &["keys", "create", "admin", "--scopes", scopes], "").await;
    with_operator("agents.py", folder.path(), &process, key["api_key"].as_str().unwrap(), "").await;
}

/// Runs a script that calls the operator's commands as well.
async fn with_operator(script: &str, dir: &Path, process: &AlterProcess, key: &str, grant: &str) {
    let running = Command::new(python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script))
        .env("ALTER_BASE_URL", process.announced("base_url"))
        .env("ALTER_TEST_API_KEY", key)
        .env("ALTER_TEST_GRANT", grant)
        .env("ALTER_TEST_PROVIDER", process.announced("practice_provider"))
        .env("ALTER_TEST_PROGRAM", format!("{}|--dir|{}", alter_program().display(), dir.display()))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(Duration::from_secs(60), running).await.expect("ends within 60 seconds").unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with("done"), "{said}");
}

async fn main_job(python: PathBuf, script: &str, process: &AlterProcess, key: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script);
    let running = Command::new(python)
        .arg(script)
        .env("ALTER_BASE_URL", process.announced("base_url"))
        .env("ALTER_TEST_API_KEY", key)
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
