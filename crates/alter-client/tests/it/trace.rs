//! Run scopes: labels that every call inside leaves in the audit trail.

use alter_client::{Agent, Destinations, ErrorKind, Retry, RunScope};
use serde_json::json;

use crate::world::{KEY, World, grant};

fn agent(world: &World, caller: Option<&str>) -> Agent {
    let builder = Agent::builder(KEY.parse().unwrap())
        .base_url(world.app.base_url())
        .retry(Retry::never())
        .destinations(Destinations::public_only().allow_loopback());
    match caller {
        Some(name) => builder.caller(name).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

fn labels(scope: &RunScope) -> Vec<(&str, &str)> {
    scope.labels().iter().map(|(key, value)| (&**key, &**value)).collect()
}

#[tokio::test]
async fn everything_done_in_a_scope_carries_its_labels_in_their_order() {
    let world = World::new().await;
    let planner = agent(&world, Some("planner"));
    let access = planner.grant(&grant());
    planner
        .trace()
        .run_id("run-1")
        .label("team", "a")
        .run(async {
            planner
                .trace()
                .thread_id("th-2")
                .parent_agent("root")
                .label("step", "2")
                .run(async { access.get(world.url("/")).send().await.unwrap() })
                .await
                .unwrap();
            access.get(world.url("/")).context("only", "this").send().await.unwrap();
            access.get(world.url("/")).without_context().send().await.unwrap();
            let _ = access.get("https://api.example.com/").proxy().await;
        })
        .await
        .unwrap();
    access.get(world.url("/")).send().await.unwrap();
    planner.close().await;
    let sent = |path: &str| -> Vec<_> {
        let requests = world.at_vault(path);
        requests.iter().map(|request| request.header("x-alter-context").map(str::to_owned)).collect()
    };
    let inner = r#"{"team":"a","agent":"planner","parent_agent":"root","run_id":"run-1","thread_id":"th-2","step":"2"}"#;
    let outer = r#"{"agent":"planner","run_id":"run-1","team":"a"}"#;
    assert_eq!(
        sent("/sdk/token"),
        [Some(inner.to_owned()), Some(r#"{"only":"this"}"#.to_owned()), None, None]
    );
    assert_eq!(sent("/sdk/proxy"), [Some(outer.to_owned())]);
    let mut rows = sent("/sdk/oauth/audit/api-call");
    rows.sort();
    assert_eq!(rows, [None, None, Some(r#"{"only":"this"}"#.to_owned()), Some(inner.to_owned())]);
    let row = world.at_vault("/sdk/oauth/audit/api-call").into_iter();
    assert!(row.map(|row| row.json()).any(|row| row["context"]["parent_agent"] == json!("root")));
}

#[tokio::test]
async fn who_works_and_for_whom_follows_the_scopes() {
    let world = World::new().await;
    let planner = agent(&world, Some("planner"));
    let writer = agent(&world, Some("writer"));
    let in_planner = planner.trace().run_id("r").open().unwrap();
    in_planner
        .run(async {
            let by_default = writer.trace().open().unwrap();
            assert_eq!(
                labels(&by_default),
                [("agent", "writer"), ("parent_agent", "planner"), ("run_id", "r")]
            );
            let nobody = writer.trace().without_parent_agent().open().unwrap();
            assert_eq!(nobody.get("parent_agent"), None);
            let named = writer.trace().parent_agent("boss").open().unwrap();
            named
                .run(async {
                    let again = writer.trace().run_id("r2").open().unwrap();
                    assert_eq!(
                        labels(&again),
                        [("agent", "writer"), ("parent_agent", "boss"), ("run_id", "r2")],
                        "the same agent keeps its parent"
                    );
                })
                .await;
        })
        .await;
    assert!(RunScope::current().is_none());
}

#[tokio::test]
async fn a_tool_keeps_the_agent_around_it_unless_one_is_named() {
    let world = World::new().await;
    let planner = agent(&world, Some("planner"));
    let server = agent(&world, Some("mcp-server"));
    let tool = |name: &str| server.trace().tool(name).tool_call_id("c1").framework("mcp");
    let outer = planner.trace().run_id("r").open().unwrap();
    outer
        .run(async {
            let search = tool("search").open().unwrap();
            assert_eq!((search.get("agent"), search.get("tool")), (Some("planner"), Some("search")));
            search
                .run(async {
                    let fetch = tool("fetch").open().unwrap();
                    assert_eq!(
                        (fetch.get("tool"), fetch.get("parent_tool")),
                        (Some("fetch"), Some("search"))
                    );
                    let named = tool("fetch").agent("helper").open().unwrap();
                    assert_eq!(
                        (named.get("agent"), named.get("parent_agent")),
                        (Some("helper"), Some("planner"))
                    );
                    let plain = planner.trace().open().unwrap();
                    assert_eq!(plain.get("tool"), None, "a scope of its own is not inside the tool any more");
                })
                .await;
        })
        .await;
    let alone = tool("search").open().unwrap();
    assert_eq!(alone.get("agent"), Some("mcp-server"));
}

#[tokio::test]
async fn an_agent_without_a_caller_has_one_made_up_name_and_an_application_has_none() {
    let world = World::new().await;
    let nameless = agent(&world, None);
    let first = nameless.trace().open().unwrap();
    let name = first.get("agent").unwrap();
    assert!(name.strip_prefix("agent-local-").unwrap().parse::<alter_client::AgentId>().is_ok());
    assert_eq!(nameless.trace().open().unwrap().get("agent"), Some(name));

    let app = world.app.trace().run_id("nightly").open().unwrap();
    assert_eq!(labels(&app), [("run_id", "nightly")]);
    assert_eq!(world.app.trace().open().unwrap_err().kind(), ErrorKind::Value);
}

#[tokio::test]
async fn scopes_of_concurrent_tasks_do_not_meet_and_end_with_their_work() {
    let world = World::new().await;
    let planner = agent(&world, Some("planner"));
    let seen = |id: &'static str| {
        let scope = planner.trace().run_id(id).open().unwrap();
        tokio::spawn(scope.run(async move {
            for _ in 0..10 {
                tokio::task::yield_now().await;
                assert_eq!(RunScope::current().unwrap().get("run_id"), Some(id));
            }
            // Not inherited by itself, but it can be taken along.
            assert!(tokio::spawn(async { RunScope::current() }).await.unwrap().is_none());
            let along = RunScope::current().unwrap();
            let inside = tokio::spawn(along.run(async { RunScope::current() })).await.unwrap();
            assert_eq!(inside.unwrap().get("run_id"), Some(id));
        }))
    };
    let (one, two) = (seen("one"), seen("two"));
    one.await.unwrap();
    two.await.unwrap();

    let failed = planner.trace().run_id("x").run(async { Err::<(), _>("failed") }).await.unwrap();
    assert_eq!(failed, Err("failed"));
    assert!(RunScope::current().is_none(), "restored after an error too");
}

#[tokio::test]
async fn a_scope_that_would_break_a_limit_is_refused_when_it_is_opened() {
    let world = World::new().await;
    let planner = agent(&world, Some("planner"));
    let reserved = ["agent", "parent_agent", "run_id", "thread_id", "tool", "tool_call_id", "framework"];
    for key in reserved {
        assert_eq!(planner.trace().label(key, "x").open().unwrap_err().kind(), ErrorKind::Value, "{key}");
    }
    let many =
        |count: usize| (0..count).fold(planner.trace(), |trace, i| trace.label(format!("k{i}"), "v")).open();
    assert!(many(19).is_ok());
    assert!(many(21).is_err());
    assert!(planner.trace().label("k".repeat(64), "v".repeat(512)).open().is_ok());
    assert!(planner.trace().label("é".repeat(33), "v").open().is_err(), "66 bytes");
    assert!(planner.trace().label("k", "é".repeat(257)).open().is_err(), "514 bytes");
    let large = (0..9).fold(planner.trace(), |trace, i| trace.label(format!("k{i}"), "v".repeat(500)));
    assert!(large.open().is_err(), "more than 4,096 bytes together");

    let outer = (0..15).fold(planner.trace(), |trace, i| trace.label(format!("o{i}"), "v")).open().unwrap();
    let mut ran = false;
    let merged = outer
        .run(async {
            let inner = (0..10).fold(planner.trace(), |trace, i| trace.label(format!("i{i}"), "v"));
            inner.run(async { ran = true }).await
        })
        .await;
    assert_eq!(merged.unwrap_err().kind(), ErrorKind::Value, "26 labels together");
    assert!(!ran, "the work was not started");
}
