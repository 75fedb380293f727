//! Views: a client that may do less, and an application in the name of one of its agents.

use alter_auth::{SkewWindow, SystemClock, verify};
use alter_client::{
    AgentId, Caller, Constraints, ErrorKind, RequestRule, Secret,
    transport::HttpLayer,
    transport::{CustomLayer as _, HttpService, Request},
};
use serde_json::{Map, json};
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::{
    log::Log,
    world::{Received, World, grant},
};

const AUDIT: &str = "/sdk/oauth/audit/api-call";
const AGENT: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const RULE: &str = "eyJydWxlX3R5cGUiOiJqc29uX21hdGNoIiwicnVsZV9ib2R5Ijp7IndoZW4iOnsibWV0aG9kIjoiUE9TVCJ9LCJlZmZlY3QiOiJkZW55In19";

fn rule() -> RequestRule {
    let mut body = Map::new();
    body.insert("when".to_owned(), json!({ "method": "POST" }));
    body.insert("effect".to_owned(), json!("deny"));
    RequestRule::new("json_match", body)
}

fn limits() -> Constraints {
    Constraints::scopes(["grants:read", "tokens:retrieve"]).rule(rule())
}

fn agent_id() -> AgentId {
    AGENT.parse().unwrap()
}

/// What the signature of a request covers besides the request.
fn signed(request: &Received) -> (Option<String>, Option<String>) {
    let window = SkewWindow::default();
    let now = alter_client::Clock::now(&SystemClock);
    let method = request.method.parse().unwrap();
    let verified = verify(&method, &request.target, &request.headers, &request.body, now, window).unwrap();
    (verified.constraints, verified.rule)
}

#[tokio::test]
async fn limits_are_signed_into_every_call_of_the_view_and_not_into_its_reports() {
    let world = World::with(|builder| builder.caller(Caller::agent("planner").unwrap())).await;
    world.vault_answers(
        "/sdk/grants/list",
        200,
        json!({ "grants": [], "total": 0, "limit": 100, "offset": 0, "has_more": false }),
    );
    let view = world.app.constrained(limits()).unwrap();
    view.grant(&grant()).get(world.url("/")).send().await.unwrap();
    view.grants().list().await.unwrap();
    let _ = view.grant(&grant()).get("https://api.example.com/").proxy().await;
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    world.app.close().await;

    let both = (Some("grants:read,tokens:retrieve".to_owned()), Some(RULE.to_owned()));
    for path in ["/sdk/token", "/sdk/grants/list", "/sdk/proxy"] {
        assert_eq!(signed(&world.at_vault(path)[0]), both, "{path}");
    }
    assert_eq!(signed(&world.at_vault("/sdk/token")[1]), (None, None), "the parent is as it was");
    let reports = world.at_vault(AUDIT);
    assert_eq!(reports.len(), 2);
    for report in reports {
        assert_eq!(signed(&report), (None, None), "a view must not blind the trail");
        assert_eq!(report.header("x-alter-caller"), Some("planner"));
    }
}

#[tokio::test]
async fn a_layer_cannot_take_the_limits_off() {
    let stripping: HttpLayer = layer_fn(|inner: HttpService| {
        service_fn(move |mut request: Request| {
            request.headers_mut().remove("x-alter-scope-constraints");
            request.headers_mut().insert("x-alter-scope-constraints", "*".parse().unwrap());
            inner.clone().oneshot(request)
        })
    })
    .erase();
    let world = World::with(|builder| builder.attempt_layer(stripping)).await;
    let view = world.app.constrained(Constraints::scopes(["proxy:execute"])).unwrap();
    let _ = view.grant(&grant()).get("https://api.example.com/").proxy().await;
    assert_eq!(signed(&world.at_vault("/sdk/proxy")[0]).0.as_deref(), Some("proxy:execute"));
}

#[tokio::test]
async fn a_layer_that_loses_what_travels_with_a_request_stops_it() {
    let forgetful: HttpLayer = layer_fn(|inner: HttpService| {
        service_fn(move |mut request: Request| {
            request.extensions_mut().clear();
            inner.clone().oneshot(request)
        })
    })
    .erase();
    for at_attempt in [true, false] {
        let layer = forgetful.clone();
        let world =
            World::with(
                move |builder| {
                    if at_attempt { builder.attempt_layer(layer) } else { builder.call_layer(layer) }
                },
            )
            .await;
        let view = world.app.constrained(Constraints::scopes(["proxy:execute"])).unwrap();
        let error = view.grant(&grant()).get("https://api.example.com/").proxy().await.unwrap_err();
        let mut chain = Vec::new();
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(current) = cause {
            chain.push(current.to_string());
            cause = current.source();
        }
        assert!(chain.concat().contains("pass on the extensions"), "{chain:?}");
        assert!(!error.may_have_executed());
        assert!(world.at_vault("/sdk/proxy").is_empty(), "nothing was signed without its limits");
    }
}

#[tokio::test]
async fn limits_that_narrow_nothing_or_could_be_misread_are_refused() {
    let world = World::new().await;
    for scopes in [&[] as &[&str], &[""], &["*"], &["a", "*"], &["a,b"], &["a b"], &["a\r\nx: y"], &["é"]] {
        let error = world.app.constrained(Constraints::scopes(scopes.iter().copied())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{scopes:?}");
    }
    let mut large = Map::new();
    large.insert("k".to_owned(), json!("v".repeat(4_000)));
    let error = world.app.constrained(Constraints::only_rule(RequestRule::new("x", large))).unwrap_err();
    assert!(error.to_string().contains("5384 characters"), "{error}");

    let view = world.app.constrained(limits()).unwrap();
    let nested = view.constrained(limits()).unwrap_err();
    assert_eq!(nested.kind(), ErrorKind::Value);
    assert!(nested.to_string().contains("already"), "{nested}");
}

#[tokio::test]
async fn a_view_can_be_closed_alone_and_ends_with_its_parent() {
    let world = World::new().await;
    let one = world.app.constrained(limits()).unwrap();
    let other = world.app.constrained(limits()).unwrap();
    let agent = other.acting_as(&agent_id());
    one.close().await;
    let closed = one.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(closed.kind(), ErrorKind::Client);
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    other.grant(&grant()).get(world.url("/")).send().await.unwrap();

    other.close().await;
    let through = agent.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(through.to_string(), closed.to_string(), "a view of a closed view is closed");

    let last = world.app.constrained(limits()).unwrap();
    assert_eq!(world.app.close().await.lost, 0);
    let ended = last.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(ended.to_string(), closed.to_string());
    assert_eq!(world.app.constrained(limits()).unwrap_err().to_string(), closed.to_string());
    let late = world.app.acting_as(&agent_id());
    assert_eq!(late.grant(&grant()).get(world.url("/")).send().await.unwrap_err().kind(), ErrorKind::Client);
}

#[tokio::test]
async fn a_view_outlives_the_handle_it_was_made_from() {
    let mut world = World::new().await;
    let view = world.app.constrained(limits()).unwrap();
    // Nobody holds the client itself any more.
    world.app = alter_client::App::new(crate::world::KEY.parse().unwrap()).unwrap();
    view.grant(&grant()).get(world.url("/")).send().await.unwrap();
    view.close().await;
}

#[tokio::test]
async fn a_view_shares_what_is_known_of_the_key_and_the_caller() {
    const ACTOR: &str = "0f9f0000-0000-4000-8000-00000000000a";
    let world = World::with(|builder| builder.caller(Caller::agent("planner").unwrap())).await;
    for (name, value) in [("limit", "600"), ("remaining", "599"), ("reset", "1790000030")] {
        world.vault_adds(["x-ratelimit-", name].concat().leak(), value);
    }
    world.vault_adds("x-alter-actor-id", ACTOR);
    let view = world.app.constrained(limits()).unwrap();
    view.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(world.app.rate_limit(), view.rate_limit());
    assert!(view.rate_limit().is_some());
    assert_eq!(world.app.actor_id().unwrap().to_string(), ACTOR);
    assert_eq!((view.base_url(), view.timeout()), (world.app.base_url(), world.app.timeout()));
}

#[tokio::test]
async fn acting_as_an_agent_names_it_keeps_the_limits_and_leaves_the_users_behind() {
    let world = World::with(|builder| {
        let builder = builder.caller(Caller::service("billing").unwrap());
        builder.user_tokens(async || Ok::<_, std::io::Error>(Secret::from("e.f.g")))
    })
    .await;
    let shouted: AgentId = AGENT.to_uppercase().parse().unwrap();
    let agent = world.app.constrained(limits()).unwrap().acting_as(&shouted);
    agent.grant(&grant()).get(world.url("/")).send().await.unwrap();
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    world.app.close().await;

    let token = &world.at_vault("/sdk/token")[0];
    assert_eq!(token.header("x-alter-caller"), Some(AGENT));
    assert_eq!(token.header("x-alter-caller-type"), Some("agent"));
    assert_eq!(signed(token).0.as_deref(), Some("grants:read,tokens:retrieve"));
    assert_eq!(token.json().get("user_token"), None, "the application's users are not the agent's");
    let callers: Vec<_> =
        world.at_vault(AUDIT).iter().map(|row| row.header("x-alter-caller").unwrap().to_owned()).collect();
    assert_eq!(callers, [AGENT, "billing"], "call and row name the same");
    assert_eq!(world.at_vault("/sdk/token")[1].json()["user_token"], "e.f.g");
}

#[tokio::test]
async fn views_and_agents_share_the_connections_of_their_client() {
    let world = World::new().await;
    let call = async |access: alter_client::Access<'_, alter_client::ByGrant>| {
        access.get(world.url("/")).send().await.unwrap();
        // Its row goes over a connection too.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    call(world.app.grant(&grant())).await;
    for _ in 0..5 {
        let view = world.app.constrained(limits()).unwrap();
        call(view.grant(&grant())).await;
        let agent = view.acting_as(&agent_id());
        call(agent.grant(&grant())).await;
    }
    let (vault, provider) = world.connections();
    assert!(vault <= 3 && provider <= 3, "pools of their own would have made 11 each: {vault}, {provider}");
}

#[tokio::test]
async fn an_agent_the_vault_does_not_know_is_an_error_of_the_first_call() {
    let world = World::new().await;
    world.vault_answers(
        "/sdk/token",
        404,
        json!({ "error": "caller_agent_unresolved", "message": "No active agent has this id." }),
    );
    let agent = world.app.acting_as(&agent_id());
    assert!(world.at_vault("/sdk/token").is_empty(), "nothing is sent by naming it");
    let error = agent.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AgentNotFound);
    assert_eq!(error.code(), Some("caller_agent_unresolved"));
}

#[tokio::test]
async fn what_acting_as_an_agent_means_is_said_once() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    let agent = world.app.acting_as(&agent_id());
    let github = "github".parse().unwrap();
    agent.provider(&github).get(world.url("/")).send().await.unwrap();
    assert_eq!(log.count("WARN", "acting as an agent"), 0, "addressed by provider, only its own are found");
    let narrowed = agent.constrained(limits()).unwrap();
    for _ in 0..2 {
        agent.grant(&grant()).get(world.url("/")).send().await.unwrap();
        narrowed.grant(&grant()).get(world.url("/")).send().await.unwrap();
    }
    assert_eq!(log.count("WARN", "acting as an agent"), 1);
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(log.count("WARN", "acting as an agent"), 1);
}
