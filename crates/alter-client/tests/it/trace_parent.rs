//! Distributed traces: the vault learns which trace a call belongs to, providers do not.

use alter_client::TraceParent;
use serde_json::json;

use crate::world::{GRANT, World, grant};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn every_call_to_the_vault_names_the_trace_and_no_call_to_a_provider_does() {
    const REPORT: &str = "/sdk/grants/11111111-2222-4333-8444-555555555555/report-scope-mismatch";
    assert!(REPORT.contains(GRANT));
    let world = World::with(|builder| builder.trace_parents(|| PARENT.parse().ok())).await;
    world.provider_answers(403, json!({}));
    world.provider_adds("www-authenticate", "Bearer error=\"insufficient_scope\"");
    let access = world.app.grant(&grant());
    let _ = access.get(world.url("/")).send().await;
    let _ = access.get(world.url("/")).proxy().await;
    let _ = world.app.grants().list().await;
    world.app.close().await;
    for path in ["/sdk/token", "/sdk/proxy", "/sdk/grants/list", "/sdk/oauth/audit/api-call", REPORT] {
        let request = &world.at_vault(path)[0];
        assert_eq!(request.header("traceparent"), Some(PARENT), "{path}");
        assert_eq!(request.header("tracestate"), None);
    }
    assert_eq!(world.at_provider()[0].header("traceparent"), None);
}

#[tokio::test]
async fn without_a_trace_nothing_is_sent() {
    let world = World::with(|builder| builder.trace_parents(|| None::<TraceParent>)).await;
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(world.at_vault("/sdk/token")[0].header("traceparent"), None);
    for text in ["", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"] {
        assert!(text.parse::<TraceParent>().is_err(), "{text}");
    }
}
