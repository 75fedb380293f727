//! What the SDK says in the log: what an operator has to know, once, and nothing that could be a secret.

use alter_auth::SystemRandom;
use alter_client::{Agent, ApiKey, App, Audit, AuditLimits, Caller, auth::KeyKind};
use serde_json::json;

use crate::{
    log::Log,
    world::{GRANT, KEY, World, grant},
};

const AUDIT: &str = "/sdk/oauth/audit/api-call";

fn key(kind: KeyKind) -> ApiKey {
    ApiKey::mint(kind, &SystemRandom::new()).unwrap()
}

#[tokio::test]
async fn a_client_that_is_dropped_unclosed_says_so() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    let vault = world.app.base_url();
    drop(App::builder(key(KeyKind::Runtime)).base_url(&vault).build().unwrap());
    assert_eq!(log.count("DEBUG", "dropped without `close().await`"), 1);

    let app = App::builder(KEY.parse().unwrap()).base_url(&vault);
    let app = app.destinations(alter_client::Destinations::public_only().allow_loopback()).build().unwrap();
    world.vault_delays(AUDIT, std::time::Duration::from_secs(60));
    app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    drop(app);
    assert_eq!(log.count("WARN", "dropped without `close().await`"), 1, "a row is at stake");

    let closed = App::builder(key(KeyKind::Runtime)).base_url(&vault).build().unwrap();
    closed.close().await;
    drop(closed);
    assert_eq!(log.count("", "dropped without"), 2);
}

#[tokio::test]
async fn an_odd_vault_or_key_is_noticed_when_the_client_is_built() {
    let (log, _guard) = Log::of_this_thread();
    let hosted = App::new(key(KeyKind::Runtime)).unwrap();
    assert_eq!(hosted.base_url(), "https://backend.alterauth.com");
    assert_eq!(log.count("", "vault other than the hosted one"), 0);
    App::builder(key(KeyKind::Derived)).base_url("https://vault.example.com").build().unwrap();
    assert_eq!(log.count("INFO", "vault other than the hosted one host=\"vault.example.com\""), 1);
    App::builder(key(KeyKind::Runtime)).base_url("http://localhost:9000").build().unwrap();
    assert_eq!(log.count("WARN", "plain http"), 1);

    let https = "https://vault.example.com";
    Agent::builder(key(KeyKind::Agent)).base_url(https).build().unwrap();
    assert_eq!(log.count("WARN", "client was given"), 0);
    Agent::builder(key(KeyKind::Runtime)).base_url(https).build().unwrap();
    App::builder(key(KeyKind::Agent)).base_url(https).build().unwrap();
    assert_eq!(log.count("WARN", "client was given"), 2);
    App::builder(key(KeyKind::Publishable)).base_url(https).build().unwrap();
    assert_eq!(log.count("WARN", "publishable"), 1);
}

#[tokio::test]
async fn a_key_that_is_phased_out_is_mentioned_once_whoever_notices() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    world.vault_adds("x-alter-key-deprecated", "true");
    let view = world.app.constrained(alter_client::Constraints::scopes(["tokens:retrieve"])).unwrap();
    for app in [&world.app, &view, &world.app] {
        app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    }
    world.app.close().await;
    assert_eq!(log.count("WARN", "this API key is deprecated"), 1);
    assert!(view.is_key_deprecated());
}

#[tokio::test]
async fn a_refused_row_is_one_line_without_path_or_query() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    world.vault_answers(AUDIT, 403, json!({ "error": "insufficient_scope", "message": "No\nscope." }));
    let url = world.url("/private/path?own=secret");
    world.app.grant(&grant()).get(url).send().await.unwrap();
    let report = world.app.close().await;
    assert_eq!((report.delivered, report.lost), (0, 1));
    let text = log.text();
    let line = text.lines().find(|line| line.contains("refused an audit row")).unwrap();
    for part in ["WARN", "status=403", "said=\"No scope.\"", GRANT, "\"GET\"", "\"http://127.0.0.1\""] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    let ours = text.lines().filter(|line| line.contains(" alter_"));
    assert!(ours.clone().count() > 3);
    for line in ours {
        assert!(!line.contains("/private") && !line.contains("own="), "{line}");
    }
}

#[tokio::test]
async fn the_first_actor_id_stays_and_another_is_mentioned_once() {
    const FIRST: &str = "0f9f0000-0000-4000-8000-00000000000a";
    let (log, _guard) = Log::of_this_thread();
    let world = World::with(|builder| builder.caller(Caller::agent("planner").unwrap())).await;
    let call = async |caller: Option<&str>| {
        let call = world.app.grant(&grant()).get(world.url("/"));
        let call = caller.into_iter().fold(call, alter_client::Call::caller);
        call.send().await.unwrap();
    };
    world.vault_adds("x-alter-actor-id", "0f9f0000-0000-4000-8000-00000000000c");
    call(Some("other")).await;
    assert_eq!(world.app.actor_id(), None, "that is the other's id");
    world.vault_sets("x-alter-actor-id", FIRST);
    call(None).await;
    assert_eq!(world.app.actor_id().unwrap().to_string(), FIRST);
    world.vault_sets("x-alter-actor-id", "0f9f0000-0000-4000-8000-00000000000b");
    for caller in [None, None, Some("other")] {
        call(caller).await;
    }
    assert_eq!(world.app.actor_id().unwrap().to_string(), FIRST);
    assert_eq!(log.count("WARN", "another actor id"), 1);
    let tokens = world.at_vault("/sdk/token");
    let sent: Vec<_> = tokens.iter().map(|request| request.header("x-alter-actor-id")).collect();
    assert_eq!(sent, [None, None, Some(FIRST), Some(FIRST), None]);

    let odd = World::new().await;
    odd.vault_adds("x-alter-actor-id", "not-an-id");
    odd.app.grant(&grant()).get(odd.url("/")).send().await.unwrap();
    assert_eq!(odd.app.actor_id(), None);
    assert_eq!(log.count("WARN", "actor id that is not a UUID"), 1);
}

#[tokio::test]
async fn a_header_that_gives_way_to_the_credential_and_missing_scopes_are_mentioned() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    let access = world.app.grant(&grant());
    access.get(world.url("/")).header("AUTHORIZATION", "mine").send().await.unwrap();
    assert_eq!(log.count("WARN", "gives way to the credential"), 1);
    assert!(!log.text().contains("mine"));
    assert!(log.count("DEBUG", "the vault released a credential") == 1);
    world.provider_answers(403, json!({}));
    world.provider_adds("www-authenticate", "Bearer error=\"insufficient_scope\"");
    access.get(world.url("/")).send().await.unwrap_err();
    assert_eq!(log.count("WARN", "scopes the credential does not have"), 1);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_fails_no_call() {
    struct Full;

    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }

    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .log_internal_errors(false)
        .with_writer(|| Full);
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let world = World::new().await;
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(world.app.close().await.delivered, 1);
}

#[tokio::test]
async fn a_row_without_room_is_mentioned_and_counted() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::with(|builder| {
        let mut limits = AuditLimits::default();
        limits.capacity = 1;
        limits.patience = std::time::Duration::ZERO;
        builder.audit_limits(limits).audit(Audit::BestEffort)
    })
    .await;
    world.vault_delays(AUDIT, std::time::Duration::from_millis(200));
    for _ in 0..3 {
        world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    }
    assert!(world.app.close().await.lost >= 1);
    assert!(log.count("WARN", "an audit row was lost") >= 1);
}
