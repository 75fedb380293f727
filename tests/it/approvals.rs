//! A call that waits for people, from the SDK through the command line to the provider.

use std::time::Duration;

use alter_client::{App, Outcome};
use alter_testkit::{Canary, EchoProvider};
use serde_json::{Value, json};

use crate::process::{AlterProcess, alter, alter_json};

/// A served vault with a grant whose uses wait for these people.
struct Stage {
    folder: tempfile::TempDir,
    process: AlterProcess,
    provider: EchoProvider,
    canary: Canary,
    app: App,
    grant: alter_types::GrantId,
}

impl Stage {
    async fn set(approvers: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let (canary, provider) = (Canary::new(21), EchoProvider::start().await);
        alter_json(dir, &["init"], "").await;
        let key = alter_json(dir, &["keys", "create", "shop"], "").await;
        let create = ["secrets", "create", "Pay", "--host", &provider.origin()];
        alter_json(dir, &create, canary.text()).await;
        let mut arguments = vec!["grants", "create", "pay"];
        approvers.iter().for_each(|name| arguments.extend(["--approver", name]));
        let grant = alter_json(dir, &arguments, "").await;
        let process = AlterProcess::serve(dir).await;
        let app = App::builder(key["api_key"].as_str().unwrap().parse().unwrap())
            .base_url(process.announced("base_url"))
            .build()
            .unwrap();
        let grant = grant["id"].as_str().unwrap().parse().unwrap();
        Self { folder, process, provider, canary, app, grant }
    }

    async fn held(&self) -> alter_types::PendingApproval {
        let order = json!({ "amount": 118 });
        let call = self.app.grant(&self.grant).post(self.provider.url("/pay?page=1"));
        match call.json(&order).reason("invoice 118").proxy().await.unwrap() {
            Outcome::Waiting(pending) => pending,
            other => panic!("{other:?}"),
        }
    }

    async fn says(&self, arguments: &[&str]) -> Value {
        alter_json(self.folder.path(), &[&["approvals"], arguments].concat(), "").await
    }
}

#[tokio::test]
async fn a_call_is_made_once_both_people_agreed_and_its_answer_is_waited_for() {
    let stage = Stage::set(&["ann", "bob"]).await;
    let pending = stage.held().await;
    assert!(stage.provider.received().is_empty(), "nothing is sent before anybody agreed");
    let id = pending.group_id().to_string();

    let shown = stage.says(&["show", &id]).await;
    assert_eq!(shown["call"]["body"], r#"{"amount":118}"#);
    assert!(shown["call"]["url"].as_str().unwrap().ends_with("/pay?page=1"));
    assert_eq!(shown["approval"]["reason"], "invoice 118");
    let waiting = stage.says(&["list"]).await;
    assert_eq!(waiting.as_array().unwrap().len(), 1);

    let unsure = alter(stage.folder.path(), &["approvals", "approve", &id], "").await;
    assert!(String::from_utf8_lossy(&unsure.stderr).contains("ann, bob"), "it says whose word is missing");
    stage.says(&["approve", &id, "--as", "ann"]).await;
    let yes = ["approve", &id, "--as", "bob", "--reason", "fine"];
    let (reply, _) = tokio::join!(
        stage.app.approvals().wait(&pending.approval_id).within(Duration::from_secs(30)),
        stage.says(&yes),
    );
    let reply = reply.unwrap();
    assert_eq!(reply.status(), 200);
    let received = stage.provider.last();
    assert_eq!(received.header("authorization"), Some(format!("Bearer {}", stage.canary.text()).as_str()));
    assert_eq!((received.target.as_str(), &received.body[..]), ("/pay?page=1", &br#"{"amount":118}"#[..]));
    assert_eq!(stage.provider.received().len(), 1, "made once");
    stage.canary.assert_absent("the reply", format!("{reply:?}"));
    stage.canary.assert_absent_in_files(stage.folder.path());
    let status = stage.app.approvals().get(&pending.approval_id).await.unwrap();
    assert_eq!(status.decision_reason.as_deref(), Some("fine"));
}

#[tokio::test]
async fn a_no_reaches_the_caller_with_its_reason_and_the_provider_hears_nothing() {
    let stage = Stage::set(&["ann"]).await;
    let pending = stage.held().await;
    let id = pending.approval_id.to_string();
    let no = ["deny", &id, "--reason", "too much"];
    let (waited, _) = tokio::join!(
        stage.app.approvals().wait(&pending.approval_id).within(Duration::from_secs(30)),
        stage.says(&no),
    );
    let error = waited.unwrap_err();
    assert!(error.is_approval(), "{error}");
    assert!(error.to_string().contains("too much"), "{error}");
    assert!(stage.provider.received().is_empty());
}

#[tokio::test]
async fn a_decision_that_fell_while_the_server_was_down_is_carried_out_when_it_is_back() {
    let mut stage = Stage::set(&["ann"]).await;
    let pending = stage.held().await;
    let folder = stage.folder.path().to_owned();
    stage.process.kill().await;
    alter_json(&folder, &["approvals", "approve", &pending.approval_id.to_string()], "").await;
    stage.process = AlterProcess::serve(&folder).await;
    for _ in 0..100 {
        if !stage.provider.received().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(stage.provider.received().len(), 1);
}
