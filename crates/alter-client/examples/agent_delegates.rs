//! An application makes an agent; the agent passes a grant on to a helper, narrower and for an hour; then it is over.
//! The vault is scripted here, so that the answers can be seen beside the calls.

use std::time::Duration;

use alter_client::{AgentScopes, ErrorKind, Result, types::ErrorCode};
use alter_testkit::{Answer, Refusal, ScriptedVault};
use serde_json::json;

const AGENT: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const HELPER: &str = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
const KEY: &str = "6e700000-0000-4000-8000-000000000001";
const PART: &str = "99999999-1111-4111-8111-111111111111";

#[tokio::main]
async fn main() -> Result<()> {
    let vault = ScriptedVault::start().await;
    let (app, grant) = (vault.app(), vault.grant());

    // The application: an agent that may read calendars, and one that may do nothing by itself.
    let record = json!({ "name": "planner", "type": "agent", "status": "active", "version": 1, "id": AGENT,
        "created_at": "2026-11-23T09:00:00Z", "api_key": "alter_key_shown-this-once", "key_id": KEY });
    vault.on("POST /sdk/agents").answers(Answer::status(201).json(&record));
    let reach = AgentScopes::none().provider("google", ["calendar.readonly"]);
    let planner = app.agents().create("planner", reach).display_name("Planner").await?;
    println!("made {} with the key {:?}", planner.name, planner.api_key);

    // The agent, with that key: the helper may look at one calendar for an hour, and pass nothing on.
    let agent = vault.agent();
    let helper = HELPER.parse().expect("an id");
    let part = json!({ "grant_id": PART, "grant_kind": "oauth", "parent_grant_id": grant.to_string(), "depth": 1,
        "delegable": false, "status": "active", "expires_at": "2026-11-23T10:00:00Z" });
    vault
        .on("POST /sdk/grants/{id}/delegate")
        .answers(Answer::status(201).json(&part))
        .refuses(Refusal::from(ErrorCode::GRANT_NOT_DELEGABLE).with("detail_reason", "holder_not_delegable"));
    let narrow = agent.delegate(&grant, &helper).scopes(["calendar.readonly"]).not_delegable();
    let given = narrow.lifetime(Duration::from_secs(3600)).await?;
    println!("the helper has {} until {:?}", given.grant_id, given.expires_at);

    // What it may not pass on, it is told why.
    let error = agent.delegate(&grant, &helper).await.expect_err("it may not");
    assert_eq!(error.kind(), ErrorKind::GrantNotDelegable);
    println!("again: {} ({})", error, error.details()["detail_reason"]);

    // The application takes it back, and everything below it. Twice is no error.
    vault.on("DELETE /sdk/grants/{id}/delegations/{agent}").answers(Answer::status(204));
    app.grants().revoke_delegation(&grant, &helper).await?;
    app.grants().revoke_delegation(&grant, &helper).await
}
