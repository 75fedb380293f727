//! The report that a provider found scopes missing: made in the background, and never in the caller's way.

use std::time::Duration;

use alter_client::{Caller, Constraints, ErrorKind};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    log::Log,
    world::{Received, World, grant},
};

const REPORT: &str = "/sdk/grants/11111111-2222-4333-8444-555555555555/report-scope-mismatch";
const CHALLENGE: &str = "Bearer realm=\"acme\", error=\"insufficient_scope\", scope=\"read write\"";

async fn refused(world: &World, challenge: &'static str) -> alter_client::Error {
    world.provider_answers(403, json!({ "error": "no" }));
    world.provider_adds("www-authenticate", challenge);
    world.app.grant(&grant()).get(world.url("/v1/me?own=1")).query("q", "secret").send().await.unwrap_err()
}

#[tokio::test]
async fn missing_scopes_are_told_to_the_caller_and_to_the_vault() {
    let world = World::with(|builder| builder.caller(Caller::service("billing").unwrap())).await;
    world.vault_adds("x-alter-actor-id", "0f9f0000-0000-4000-8000-00000000000a");
    world.vault_answers(REPORT, 204, Value::Null);
    let error = refused(&world, CHALLENGE).await;
    assert_eq!(error.kind(), ErrorKind::ScopeReauthRequired);
    let details = error.details();
    assert_eq!(details["source"], "provider_insufficient_scope");
    assert_eq!(details["www_authenticate"], CHALLENGE);
    assert_eq!(details["method"], "GET");
    assert_eq!(details["url"], world.url("/v1/me?own=1"));

    world.app.close().await;
    let reports = world.at_vault(REPORT);
    assert_eq!(reports.len(), 1, "closing waits for it");
    let mut body = reports[0].json();
    let id = body["sdk_correlation_id"].take();
    assert_eq!(id.as_str().unwrap().len(), 22, "16 bytes in base64url");
    assert_eq!(
        body,
        json!({
            "provider_status_code": 403,
            "provider_error_code": "insufficient_scope",
            "missing_scopes": ["read", "write"],
            "raw_www_authenticate": CHALLENGE,
            "api_endpoint": world.url("/v1/me?own=1"),
            "detection_source": "www_authenticate_rfc6750",
            "sdk_correlation_id": null,
        })
    );
    let report = &reports[0];
    assert_eq!(report.header("x-alter-actor-id"), None);
    assert_eq!(report.header("x-alter-context"), None);
    assert_eq!(report.header("x-alter-caller"), Some("billing"));
}

#[tokio::test]
async fn a_narrowed_view_reports_too() {
    let world = World::new().await;
    world.vault_answers(REPORT, 204, Value::Null);
    world.provider_answers(403, json!({}));
    world.provider_adds("www-authenticate", CHALLENGE);
    let view = world.app.constrained(Constraints::scopes(["tokens:retrieve"])).unwrap();
    let error = view.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScopeReauthRequired);
    world.app.close().await;
    assert_eq!(world.at_vault(REPORT)[0].header("x-alter-scope-constraints"), None);
}

#[tokio::test]
async fn texts_are_cut_to_what_the_vault_takes() {
    let world = World::new().await;
    world.vault_answers(REPORT, 204, Value::Null);
    let scopes: Vec<_> = (0..60).map(|i| format!("{i}{}", "s".repeat(300))).collect();
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scopes.join(" "));
    world.provider_answers(403, json!({}));
    world.provider_adds("www-authenticate", challenge.clone().leak());
    let long = world.url(&format!("/{}", "p".repeat(3_000)));
    world.app.grant(&grant()).get(&long).send().await.unwrap_err();
    world.app.close().await;
    let body = world.at_vault(REPORT)[0].json();
    let missing = body["missing_scopes"].as_array().unwrap();
    assert_eq!(missing.len(), 50);
    assert!(missing.iter().all(|scope| scope.as_str().unwrap().len() == 256));
    assert_eq!(body["raw_www_authenticate"].as_str().unwrap(), &challenge[..4_096]);
    assert_eq!(body["api_endpoint"].as_str().unwrap(), &long[..2_048]);
}

#[tokio::test]
async fn a_report_that_fails_or_hangs_changes_nothing_for_the_caller() {
    let (log, _guard) = Log::of_this_thread();
    let world = World::new().await;
    world.vault_answers(REPORT, 500, json!({ "error": "internal_error", "message": "Broken." }));
    assert_eq!(refused(&world, CHALLENGE).await.kind(), ErrorKind::ScopeReauthRequired);
    world.app.close().await;
    assert_eq!(log.count("WARN", "missing scopes could not be reported"), 1);
    assert!(log.count("WARN", "req-1") >= 1, "the vault's own name for it helps");
    let lines: Vec<_> =
        log.text().lines().filter(|line| line.contains("alter_client")).map(str::to_owned).collect();
    assert!(lines.iter().all(|line| !line.contains("v1/me") && !line.contains("secret")), "{lines:?}");

    let slow = World::new().await;
    slow.vault_delays(REPORT, Duration::from_secs(60));
    let begun = Instant::now();
    assert_eq!(refused(&slow, CHALLENGE).await.kind(), ErrorKind::ScopeReauthRequired);
    assert!(begun.elapsed() < Duration::from_secs(1), "the error does not wait");
    slow.app.close().await;
    let took = begun.elapsed();
    assert!((Duration::from_millis(1_900)..Duration::from_secs(5)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_client_that_is_closed_meanwhile_still_reports() {
    let world = World::new().await;
    world.vault_answers(REPORT, 204, Value::Null);
    world.provider_delays(Duration::from_millis(100));
    world.provider_answers(403, json!({}));
    world.provider_adds("www-authenticate", CHALLENGE);
    let (app, url) = (world.app.clone(), world.url("/"));
    let call = tokio::spawn(async move { app.grant(&grant()).get(url).send().await });
    while world.at_provider().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.app.close().await.lost, 0);
    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::ScopeReauthRequired);
    assert_eq!(world.at_vault(REPORT).len(), 1);
}

#[tokio::test]
async fn nothing_else_is_reported() {
    for (status, challenge) in [
        (401, CHALLENGE),
        (403, "Bearer error=\"invalid_token\""),
        (403, "Basic realm=\"insufficient_scope\""),
    ] {
        let world = World::new().await;
        world.provider_answers(status, json!({}));
        world.provider_adds("www-authenticate", challenge);
        world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
        world.app.close().await;
        let reports: Vec<Received> = world.at_vault(REPORT);
        assert!(reports.is_empty(), "{status} {challenge}");
    }
}
