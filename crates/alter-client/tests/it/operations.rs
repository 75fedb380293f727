//! Every operation of both clients, and what all of them have in common: what they carry, whom they ask for the user,
//! and how they end on a closed client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alter_auth::{SkewWindow, SystemClock, verify};
use alter_client::{
    Agent, App, Caller, Clock as _, Constraints, Destinations, Error, ErrorKind, Retry, Secret, TraceParent,
    types::{AgentScopes, ProviderSpecKind, SystemPrincipal, Timestamp, UserSpan},
};
use serde_json::json;

use crate::world::{GRANT, KEY, Received, World, grant};

const ID: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const ACTOR: &str = "0f9f0000-0000-4000-8000-00000000000a";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

type Ended = (&'static str, Result<(), Error>);

/// Whatever is awaited can move between threads: the compiler says so here, for every operation.
fn sendable<T: IntoFuture<IntoFuture: Send>>(operation: T) -> T {
    operation
}

macro_rules! run {
    ($($name:literal: $operation:expr,)*) => {
        vec![$(($name, sendable($operation).await.map(drop)),)*]
    };
}

#[test]
fn scopes_can_move_between_threads_with_their_work() {
    fn travels<T: Send>(_: T) {}
    let app = App::builder(KEY.parse().unwrap()).base_url("https://vault.example.com").build().unwrap();
    travels(app.trace().run_id("r").run(async { 7 }));
    travels(app.trace().run_id("r").open().unwrap().run(async { 7 }));
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>() -> T {
    ID.parse().unwrap()
}

fn span() -> UserSpan {
    UserSpan::new(
        "0af7651916cd43dd8448eb211c80319c",
        "step",
        "2026-07-01T12:00:00Z".parse::<Timestamp>().unwrap(),
    )
}

/// What both clients have.
macro_rules! shared {
    ($client:ident) => {{
        let github = "github".parse().unwrap();
        let jwt = || Secret::from("of.the.call");
        let url = "https://api.example.com/";
        let soon = Duration::from_millis(1);
        run! {
            "proxy": $client.grant(&grant()).get(url).proxy(),
            "send": $client.grant(&grant()).get(url).send(),
            "stream": $client.provider(&github).get(url).stream(),
            "grants.list": $client.grants().list(),
            "approvals.get": $client.approvals().get(&id()),
            "approvals.wait": $client.approvals().wait(&id()).within(soon),
            "connect.open": $client.connect().open(std::slice::from_ref(&github)),
            "connect.managed_secret": $client.connect().managed_secret(&github, jwt()),
            "connect.resume": $client.connect().resume(jwt()).within(soon),
            "keys.derive": $client.keys().derive(["grants:read"], Duration::from_secs(60)),
            "keys.rotate": $client.keys().rotate(&id()),
            "keys.revoke": $client.keys().revoke(&id()),
            "scopes.list": $client.scopes().list(),
            "oauth_providers.list": $client.oauth_providers().list(),
            "provider_specs.list": $client.provider_specs().list(),
            "provider_specs.get": $client.provider_specs().get(ProviderSpecKind::Oauth, &github),
            "provider_specs.operations": $client.provider_specs().list_operations(ProviderSpecKind::Oauth, &github),
            "provider_specs.operation": $client.provider_specs().get_operation(ProviderSpecKind::Oauth, &github, "op"),
            "spans.emit": $client.spans().emit([span()]),
            "identity.resolve": $client.identity().resolve(),
            "identity.assert": $client.identity().assert("https://audience.example.com"),
        }
    }};
}

async fn all_of_an_app(app: &App) -> Vec<Ended> {
    let soon = Duration::from_millis(1);
    let mut ended = shared!(app);
    ended.extend(run! {
        "grants.revoke": app.grants().revoke(&grant()),
        "grants.mint": app.grants().mint(&grant(), "label"),
        "grants.create": app.grants().create(&id(), SystemPrincipal::new(None)),
        "grants.revoke_delegation": app.grants().revoke_delegation(&grant(), &id()),
        "agents.create": app.agents().create("bot", AgentScopes::none()),
        "agents.list": app.agents().list(),
        "agents.get": app.agents().get(&id()),
        "agents.get_by_name": app.agents().get_by_name("bot"),
        "agents.update": app.agents().update(&id()).display_name("Bot"),
        "agents.suspend": app.agents().suspend(&id()),
        "agents.resume": app.agents().resume(&id()),
        "agents.delete": app.agents().delete(&id()),
        "agents.mint_key": app.agents().mint_key(&id()),
        "agents.list_keys": app.agents().list_keys(&id()),
        "agents.deprecate_key": app.agents().deprecate_key(&id(), &id()),
        "agents.undeprecate_key": app.agents().undeprecate_key(&id(), &id()),
        "agents.revoke_key": app.agents().revoke_key(&id(), &id()),
        "sign_in.open": app.sign_in().open(),
        "sign_in.resume": app.sign_in().resume(Secret::from("session")).within(soon),
    });
    ended
}

async fn all_of_an_agent(agent: &Agent) -> Vec<Ended> {
    let mut ended = shared!(agent);
    ended.extend(run! {
        "me": agent.me(),
        "grants.delegate": agent.delegate(&grant(), &id()),
        "grants.revoke_own": agent.grants().revoke_delegation(&grant()),
    });
    ended
}

fn agent(world: &World) -> Agent {
    Agent::builder(KEY.parse().unwrap())
        .base_url(world.app.base_url())
        .retry(Retry::never())
        .destinations(Destinations::public_only().allow_loopback())
        .build()
        .unwrap()
}

/// Which headers a request of the vault carries beside its signature, by the place where it arrived.
fn expected(target: &str) -> (bool, bool) {
    let (actor, context) = (true, true);
    if target.contains("/sdk/approvals/") || target.ends_with("/report-scope-mismatch") {
        return (!actor, !context);
    }
    let without_context = target.starts_with("/sdk/auth/")
        || target.contains("connect")
        || target.ends_with("/revoke")
        || target.contains("/delegations")
        || target.contains("/managed-secrets/");
    (actor, !without_context)
}

fn limits(request: &Received) -> Option<String> {
    let (now, window) = (SystemClock.now(), SkewWindow::default());
    let method = request.method.parse().unwrap();
    verify(&method, &request.target, &request.headers, &request.body, now, window).unwrap().constraints
}

#[tokio::test]
async fn every_operation_carries_what_its_kind_carries() {
    let world = World::with(|builder| {
        let builder = builder.caller(Caller::service("billing").unwrap());
        builder.trace_parents(|| PARENT.parse::<TraceParent>().ok())
    })
    .await;
    world.vault_adds("x-alter-actor-id", ACTOR);
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    world.vault_answers("/sdk/token", 404, json!({ "error": "grant_not_found", "message": "None." }));
    let before = world.everything_at_vault().len();
    let scope = world.app.trace().run_id("r").open().unwrap();
    let narrow = world.app.constrained(Constraints::scopes(["grants:read"])).unwrap();
    scope.run(all_of_an_app(&narrow)).await;
    let mut requests = world.everything_at_vault().split_off(before);
    requests.retain(|request| request.target != "/sdk/oauth/audit/api-call");
    assert!(requests.len() >= 38, "{}", requests.len());
    for request in requests {
        let target = &request.target;
        let (actor, context) = expected(target);
        assert_eq!(request.header("x-alter-caller"), Some("billing"), "{target}");
        assert_eq!(request.header("x-alter-caller-type"), Some("service"), "{target}");
        assert_eq!(request.header("traceparent"), Some(PARENT), "{target}");
        assert_eq!(request.header("x-alter-actor-id").is_some(), actor, "{target}");
        assert_eq!(request.header("x-alter-context").is_some(), context, "{target}");
        assert_eq!(request.header("content-type").is_some(), !request.body.is_empty(), "{target}");
        assert_eq!(limits(&request).as_deref(), Some("grants:read"), "{target}");
    }
}

#[tokio::test]
async fn the_user_source_is_asked_by_the_operations_made_for_users() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let source = move || {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, std::io::Error>(Secret::from("from.the.source")))
    };
    let world = World::with(|builder| builder.user_tokens(source.clone())).await;
    world.vault_answers("/sdk/token", 404, json!({ "error": "grant_not_found", "message": "None." }));
    all_of_an_app(&world.app).await;
    let tokens = |world: &World| -> Vec<String> {
        let mut with: Vec<_> = world
            .everything_at_vault()
            .into_iter()
            .filter(|request| String::from_utf8_lossy(&request.body).contains("from.the.source"))
            .map(|request| request.target)
            .collect();
        with.sort();
        with
    };
    assert_eq!(
        tokens(&world),
        [
            "/sdk/grants/list",
            "/sdk/identity/assert",
            "/sdk/identity/resolve",
            "/sdk/oauth/connect/session",
            &format!("/sdk/oauth/grants/{GRANT}/revoke"),
            "/sdk/proxy",
            "/sdk/token",
            "/sdk/token",
        ]
    );
    assert_eq!(asked.load(Ordering::Relaxed), 8);

    let world = World::new().await;
    world.vault_answers("/sdk/token", 404, json!({ "error": "grant_not_found", "message": "None." }));
    let agent = Agent::builder(KEY.parse().unwrap())
        .base_url(world.app.base_url())
        .retry(Retry::never())
        .user_tokens(source)
        .build()
        .unwrap();
    all_of_an_agent(&agent).await;
    assert_eq!(tokens(&world), ["/sdk/oauth/connect/session", "/sdk/proxy", "/sdk/token", "/sdk/token"]);
}

#[tokio::test]
async fn every_operation_of_a_closed_client_fails_the_same_way() {
    let world = World::new().await;
    let agent = agent(&world);
    world.app.close().await;
    agent.close().await;
    let mut ended = all_of_an_app(&world.app).await;
    ended.extend(all_of_an_agent(&agent).await);
    assert!(ended.len() > 60);
    for (name, result) in ended {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Client, "{name}: {error}");
        assert!(error.to_string().starts_with("the client is closed"), "{name}: {error}");
        assert!(!error.may_have_executed(), "{name}");
    }
    let check = world.app.sign_in().verify(&Secret::from("e.f.g")).await;
    assert_eq!(check.subject(), None, "no token is valid then");
    assert!(world.everything_at_vault().is_empty());
}
