//! The example backend of `alter-auth`, which has nothing but our models and our verification, against the official
//! Python SDK.

use std::{path::Path, process::Stdio, time::Duration};

use alter_auth::{ApiKey, KeyKind, SystemRandom, random_uuid};
use alter_testkit::EchoProvider;
use alter_types::{GrantId, Secret};
use tokio::{net::TcpListener, process::Command, time::timeout};

use crate::env::python;

#[path = "../../crates/alter-auth/examples/minimal_backend.rs"]
#[expect(dead_code, unreachable_pub, reason = "the example is a program: its `main` is not called here")]
mod example;

#[tokio::test]
async fn the_official_sdk_retrieves_from_the_smallest_backend() {
    let random = SystemRandom::new();
    let key = ApiKey::mint(KeyKind::Runtime, &random).unwrap();
    let grant = GrantId::from_uuid(random_uuid(&random).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let backend = example::Backend::new(key.clone(), grant, Secret::from("canary-credential"));
    let serving = tokio::spawn(backend.serve(listener));
    let provider = EchoProvider::start().await;

    let running = Command::new(python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/minimal_backend.py"))
        .env("ALTER_BASE_URL", format!("http://{address}"))
        .env("ALTER_TEST_API_KEY", key.expose())
        .env("ALTER_TEST_GRANT", grant.to_string())
        .env("ALTER_TEST_PROVIDER", provider.origin())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(Duration::from_secs(60), running).await.expect("ends within 60 seconds").unwrap();
    serving.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with("minimal backend done"), "{said}");
    let received = provider.received();
    assert_eq!(received.len(), 1, "the refused call must not reach the provider");
    assert_eq!(received[0].header("authorization"), Some("Bearer canary-credential"));
}
