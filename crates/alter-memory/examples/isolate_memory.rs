//! An agent that serves many users, one memory each. Who is asking is proven anew by every operation, so that a user who
//! was suspended a moment ago is not served from memory. The vault is scripted here.

use std::{error::Error, sync::Arc};

use alter_client::Agent;
use alter_memory::{InProcessStore, ScopedMemoryStore};
use alter_testkit::ScriptedVault;
use serde_json::{Value, json};

type Store = Arc<InProcessStore>;
type Memory = ScopedMemoryStore<Store>;

/// What the agent remembers of one of the application's users.
async fn memory_of(agent: &Agent, user: &'static str, store: &Store) -> Result<Memory, Box<dyn Error>> {
    let identity = agent.identity().resolve().app_user(user).await?;
    let agent = agent.clone();
    let memory = ScopedMemoryStore::builder(store.clone(), identity).refresh_with(move || {
        let agent = agent.clone();
        async move { agent.identity().resolve().app_user(user).await }
    });
    Ok(memory.build()?)
}

fn answer(user: &str, status: &str) -> Value {
    json!({ "app_id": "app-1", "agent_id": "bot-7", "app_user_id": user, "user_status": status })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let vault = ScriptedVault::start().await;
    let (agent, store) = (vault.agent(), Store::default());
    let script = vault.on("POST /sdk/identity/resolve");

    // Ann's memory.
    let script = script.answers(answer("ann", "active")).answers(answer("ann", "active"));
    let ann = memory_of(&agent, "ann", &store).await?;
    ann.put(&["preferences"], "tea", &json!({ "likes": "oolong" })).await?;

    // Bob asks for the same path and the same key, of the same store.
    let script = script.answers(answer("bob", "active")).answers(answer("bob", "active"));
    let bob = memory_of(&agent, "bob", &store).await?;
    assert_eq!(bob.get(&["preferences"], "tea").await?, None);
    println!("ann: {}\nbob: {}", ann.scope().partition_key, bob.scope().partition_key);

    // Ann is suspended: what is remembered of her stays closed from the next operation on.
    script.answers(answer("ann", "suspended"));
    let error = ann.get(&["preferences"], "tea").await.expect_err("she is not active");
    println!("now: {error}");
    assert_eq!(error.code().map(|code| code.as_str()), Some("memory_user_not_active"));
    agent.close().await;
    Ok(())
}
