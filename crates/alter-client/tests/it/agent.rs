//! An agent's client: the same calling surface as an application's, and the caller type that says what it is.

use alter_client::{Agent, ApiKey, App, Caller, Destinations, ErrorKind, Retry};
use serde_json::json;

use crate::world::{KEY, World, grant};

fn agent(world: &World) -> alter_client::Builder<Agent> {
    let key: ApiKey = KEY.parse().unwrap();
    Agent::builder(key)
        .base_url(world.app.base_url())
        .retry(Retry::never())
        .destinations(Destinations::public_only().allow_loopback())
}

#[tokio::test]
async fn an_agent_calls_like_an_application_and_says_that_it_is_one() {
    let world = World::new().await;
    let agent = agent(&world).caller("research-bot").build().unwrap();
    let reply = agent.grant(&grant()).get(world.url("/x")).send().await.unwrap();
    assert_eq!(reply.json::<serde_json::Value>().unwrap(), json!({ "ok": true }));
    agent.close().await;
    for path in ["/sdk/token", "/sdk/oauth/audit/api-call"] {
        let request = &world.at_vault(path)[0];
        assert_eq!(request.header("x-alter-caller"), Some("research-bot"));
        assert_eq!(request.header("x-alter-caller-type"), Some("agent"));
    }
}

#[tokio::test]
async fn a_caller_named_for_one_call_has_the_type_of_the_client() {
    let world = World::new().await;
    agent(&world).build().unwrap().grant(&grant()).get(world.url("/")).caller("x").send().await.unwrap();
    let service = App::builder(KEY.parse().unwrap())
        .base_url(world.app.base_url())
        .destinations(Destinations::public_only().allow_loopback())
        .caller(Caller::service("billing").unwrap())
        .build()
        .unwrap();
    service.grant(&grant()).get(world.url("/")).caller("y").send().await.unwrap();
    let kinds: Vec<_> = world
        .at_vault("/sdk/token")
        .iter()
        .map(|request| request.header("x-alter-caller-type").unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["agent", "service"]);
}

#[tokio::test]
async fn a_grant_an_agent_cannot_see_may_merely_not_be_delegated_to_it() {
    let world = World::new().await;
    let refusal = json!({ "error": "grant_not_found", "message": "No such grant." });
    world.vault_answers("/sdk/token", 404, refusal.clone());
    world.vault_answers("/sdk/proxy", 404, refusal);
    let agent = agent(&world).build().unwrap();
    let url = world.url("/");
    let sent = agent.grant(&grant()).get(&url).send().await.unwrap_err();
    let proxied = agent.grant(&grant()).get(&url).proxy().await.unwrap_err();
    for error in [sent, proxied] {
        assert_eq!(error.kind(), ErrorKind::AgentDelegationMissing);
        assert!(error.is_grant_not_found() && error.code() == Some("grant_not_found"));
    }
    let app = world.app.grant(&grant()).get(&url).send().await.unwrap_err();
    assert_eq!(app.kind(), ErrorKind::GrantNotFound);
}

#[tokio::test]
async fn a_label_that_cannot_travel_is_refused_when_the_client_is_built() {
    let world = World::new().await;
    for label in ["", "tab\tin it", "ünicode", "x\n", " leading", "trailing ", &"x".repeat(256)] {
        let error = agent(&world).caller(label).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{label:?}");
        assert!(label.is_empty() || !error.to_string().contains(label));
    }
    agent(&world).caller("x".repeat(255)).build().unwrap();
}
