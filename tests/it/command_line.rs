//! The operator's commands, as typed.

use alter_testkit::{Canary, EchoProvider};

use crate::process::{AlterProcess, alter, alter_json};

#[tokio::test]
async fn an_operator_stores_grants_lists_revokes_and_reads_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let (canary, provider) = (Canary::new(7), EchoProvider::start().await);
    let process = AlterProcess::dev(dir).await;

    // While the server runs: the commands work on the same file.
    let secret =
        alter_json(dir, &["secrets", "create", "Order API", "--host", &provider.origin()], canary.text())
            .await;
    assert_eq!(secret["slug"], "order-api");
    let grant = alter_json(dir, &["grants", "create", "order-api", "--label", "nightly"], "").await;
    let grant_id = grant["id"].as_str().unwrap().to_owned();
    let key = alter_json(dir, &["keys", "create", "billing"], "").await;

    let app = alter_client::App::builder(key["api_key"].as_str().unwrap().parse().unwrap())
        .base_url(process.announced("base_url"))
        .destinations(alter_client::transport::Destinations::public_only().allow_loopback())
        .build()
        .unwrap();
    let grant: alter_types::GrantId = grant_id.parse().unwrap();
    app.grant(&grant).get(provider.url("/")).send().await.unwrap();
    assert_eq!(provider.last().header("authorization"), Some(format!("Bearer {}", canary.text()).as_str()));
    assert_eq!(app.close().await.lost, 0);

    alter_json(dir, &["grants", "revoke", &grant_id, "--reason", "over"], "").await;
    let grants = alter_json(dir, &["grants", "list"], "").await;
    let revoked = grants.as_array().unwrap().iter().find(|g| g["id"] == grant_id.as_str()).unwrap();
    assert_eq!(revoked["status"], "revoked");

    let trail = alter_json(dir, &["audit", "list", "--grant", &grant_id], "").await;
    let events: Vec<_> = trail.as_array().unwrap().iter().map(|row| row["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["grant.create", "token.retrieve", "api_call", "grant.revoke"]);

    for command in [&["audit", "list"][..], &["grants", "list"]] {
        let output = alter(dir, command, "").await;
        let table = String::from_utf8(output.stdout).unwrap();
        assert!(table.lines().next().unwrap().contains("GRANT") || table.contains("EVENT"), "{table}");
        canary.assert_absent("a table", &table);
    }
    canary.assert_absent_in_files(dir);
}

#[tokio::test]
async fn an_operator_founds_a_vault_and_corrects_what_was_set_up() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let (canary, replaced) = (Canary::new(11), Canary::new(12));

    let founded = alter_json(dir, &["init", "--first-app", "shop"], "").await;
    assert_eq!(founded["app"]["name"], "shop");
    let again = alter(dir, &["init"], "").await;
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("there is a vault"));

    let key = alter_json(dir, &["keys", "create", "billing"], "").await;
    let listed = alter_json(dir, &["keys", "list"], "").await;
    assert_eq!((&listed[0]["id"], &listed[0]["revoked_at"]), (&key["key_id"], &serde_json::Value::Null));
    let prefix = listed[0]["prefix"].as_str().unwrap();
    alter_json(dir, &["keys", "revoke", prefix], "").await;
    let listed = alter_json(dir, &["keys", "list"], "").await;
    assert!(listed[0]["revoked_at"].is_string(), "{listed}");
    let unknown = alter(dir, &["keys", "revoke", "alter_rk_zzz"], "").await;
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("alter keys list"));

    let create = ["secrets", "create", "Order API", "--host", "a.example"];
    alter_json(dir, &create, canary.text()).await;
    let hosts = ["secrets", "hosts", "order-api", "--add", "b.example", "--remove", "a.example"];
    let changed = alter_json(dir, &hosts, "").await;
    assert_eq!(changed["hosts"], serde_json::json!(["b.example"]));
    let absent = alter(dir, &["secrets", "hosts", "order-api", "--remove", "a.example"], "").await;
    assert!(String::from_utf8_lossy(&absent.stderr).contains("b.example"), "it says what the hosts are");
    let replaced_record = alter_json(dir, &["secrets", "replace", "order-api"], replaced.text()).await;
    assert_ne!(replaced_record["generation"], changed["generation"]);
    let listed = alter_json(dir, &["secrets", "list"], "").await;
    assert_eq!(listed[0]["generation"], replaced_record["generation"]);

    let verified = alter_json(dir, &["audit", "verify"], "").await;
    assert_eq!(verified["verified_rows"], 6, "app, key, its end, secret, its hosts, its new value");
    canary.assert_absent_in_files(dir);
    replaced.assert_absent_in_files(dir);

    let file = rusqlite::Connection::open(dir.join("vault.db")).unwrap();
    file.execute("UPDATE audit SET provider = 'other' WHERE seq = 5", []).unwrap();
    drop(file);
    let broken = alter(dir, &["audit", "verify"], "").await;
    assert!(!broken.status.success());
    assert!(String::from_utf8_lossy(&broken.stderr).contains("row 5"), "it names the row");
}

#[tokio::test]
async fn alter_dev_reuses_its_key_and_grant() {
    let folder = tempfile::tempdir().unwrap();
    let first = AlterProcess::dev(folder.path()).await;
    let before = [first.announced("api_key"), first.announced("grant_id")];
    first.kill().await;
    let second = AlterProcess::dev(folder.path()).await;
    assert_eq!(before, [second.announced("api_key"), second.announced("grant_id")]);
}

#[tokio::test]
async fn the_demo_tells_its_story_and_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let output = alter(folder.path(), &["demo"], "").await;
    let story = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{story}\n{}", String::from_utf8_lossy(&output.stderr));
    for part in [
        "1. ",
        "9. ",
        "approval.decide",
        "refused, host_not_allowed",
        "refused, grant_revoked",
        "token.retrieve",
        "api_call",
        "proxy.result",
    ] {
        assert!(story.contains(part), "{part} is missing from:\n{story}");
    }
    assert!(!story.contains("sk-practice"), "the story shows the credential");
}
