//! What the audit trail says of a tool's calls.

use alter_client::AgentId;
use alter_testkit::ScriptedVault;
use alter_tools::{Tool, ToolContext};
use serde_json::json;

const URL: &str = "https://api.example.com/orders";

async fn vault() -> ScriptedVault {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/orders").answers(json!({ "id": 7 }));
    vault
}

fn tool(vault: &ScriptedVault, name: &str) -> Tool {
    Tool::new(vault.app(), "acme".parse().unwrap(), name)
}

async fn order(acme: ToolContext) -> alter_client::Result<u64> {
    Ok(acme.get(URL).send().await?.json::<serde_json::Value>()?["id"].as_u64().unwrap())
}

#[tokio::test]
async fn calls_carry_tool_run_and_thread_and_go_to_the_tools_grant() {
    let vault = vault().await;
    let tool = tool(&vault, "order").label("work").framework("rig");
    let used =
        tool.used().run_id("r".repeat(300)).thread_id("t-1").tool_call_id("c-1").as_user("a.b.c".into());
    assert_eq!(used.run(order).await.unwrap(), 7);
    vault
        .saw("GET https://api.example.com/orders")
        .provider("acme")
        .as_user("a.b.c")
        .context("tool", "order")
        .context("framework", "rig")
        .context("run_id", &"r".repeat(256))
        .context("thread_id", "t-1")
        .context("tool_call_id", "c-1")
        .once();
    vault.audited("GET https://api.example.com/orders").context("tool", "order").once().await;
}

#[tokio::test]
async fn a_tool_inside_a_tool_names_the_outer_one_and_the_labels_end_with_it() {
    let vault = vault().await;
    let (outer, inner) = (tool(&vault, "plan"), tool(&vault, "order"));
    let work = outer.used().run_id("r-1").run(|acme| async move {
        inner.used().run(order).await.unwrap();
        order(acme).await
    });
    work.await.unwrap();
    vault.app().provider(&"acme".parse().unwrap()).get(URL).send().await.unwrap();
    let seen: Vec<_> = vault.seen().into_iter().map(|seen| seen.context).collect();
    assert_eq!(seen[0]["tool"], "order");
    assert_eq!(seen[0]["parent_tool"], "plan");
    assert_eq!(seen[0]["run_id"], "r-1");
    assert_eq!(seen[1]["tool"], "plan");
    assert!(!seen[1].contains_key("parent_tool"));
    assert!(seen[2].is_empty(), "{:?}", seen[2]);
}

#[tokio::test]
async fn acting_as_an_agent_stamps_that_agent() {
    let vault = vault().await;
    let agent: AgentId = "33333333-4444-4555-8666-777777777777".parse().unwrap();
    let tool = tool(&vault, "order").acting_as(&agent).unwrap();
    tool.used().run(order).await.unwrap();
    vault
        .saw("GET https://api.example.com/orders")
        .caller(&agent.to_string())
        .context("agent", &agent.to_string())
        .once();
}
