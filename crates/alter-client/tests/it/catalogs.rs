//! What there is to choose from: key scopes, OAuth providers, API descriptions; and the spans a program reports.

use std::time::Duration;

use alter_client::{Constraints, ErrorKind, ProviderId, ProviderSpecKind, UserSpan, types::Timestamp};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::advance};

use crate::{
    script::{Script, refusal, says, with},
    world::KEY,
};

fn scopes() -> Value {
    json!({
        "scope_version": 4, "resources": { "grants": { "verbs": ["read"] } }, "action_verbs": ["read"],
    })
}

fn providers() -> Value {
    json!({ "providers": { "google": {
        "id": "google", "name": "google", "display_name": "Google", "supports_refresh": true,
        "supports_pkce": true, "status": "active", "default_scopes": ["openid"], "required_scopes": ["email"],
        "available_scopes": {
            "email": { "description": "Mail", "required": true, "is_default": false, "requires": [] },
        },
    } } })
}

fn spec() -> Value {
    json!({
        "provider_kind": "oauth", "provider_id": "acme", "version": 2, "provenance": "vendor",
        "content_hash": "abc", "operation_count": 3, "fetched_at": "2026-01-01T00:00:00Z",
        "changed_at": "2026-01-01T00:00:00Z",
    })
}

fn operation(id: &str) -> Value {
    json!({ "operation_id": id, "method": "POST", "path_template": "/items" })
}

fn acme() -> ProviderId {
    "acme".parse().unwrap()
}

#[tokio::test]
async fn the_scopes_of_keys_are_asked_for_each_time() {
    let script = Script::always(200, &scopes());
    let catalog = script.agent().scopes().list().await.unwrap();
    assert_eq!(
        (catalog.scope_version, catalog.resources["grants"].verbs.as_slice()),
        (4, &["read".to_owned()][..])
    );
    assert!(catalog.deprecated.is_empty());
    let app = script.app();
    app.scopes().list().await.unwrap();
    app.scopes().list().await.unwrap();
    assert_eq!(script.lines(), ["GET /sdk/scopes"; 3]);
}

#[tokio::test(start_paused = true)]
async fn the_providers_are_kept_for_five_minutes_and_asked_for_anew_if_forced() {
    let script = Script::always(200, &providers());
    let app = script.app();
    let first = app.oauth_providers().list().await.unwrap();
    assert_eq!(first.default_scopes("google"), ["openid"]);
    assert_eq!(first.required_scopes("google"), ["email"]);
    assert!(first.default_scopes("nobody").is_empty() && first.required_scopes("nobody").is_empty());
    advance(Duration::from_secs(299)).await;
    app.clone().oauth_providers().list().await.unwrap();
    assert_eq!(script.lines(), ["GET /sdk/oauth/provider-catalog"]);
    advance(Duration::from_secs(1)).await;
    app.oauth_providers().list().await.unwrap();
    assert_eq!(script.lines().len(), 2);
    app.oauth_providers().list().force_refresh().await.unwrap();
    assert_eq!(script.lines().len(), 3);
    app.close().await;
    assert_eq!(app.oauth_providers().list().await.unwrap_err().kind(), ErrorKind::Client);
}

#[tokio::test(start_paused = true)]
async fn many_who_want_the_providers_at_once_share_one_answer() {
    let script = Script::new([says(200, providers()).after(1)]);
    let app = script.app();
    let mut waiting = JoinSet::new();
    for _ in 0..50 {
        let app = app.clone();
        waiting.spawn(async move { app.oauth_providers().list().await.unwrap() });
    }
    waiting.join_all().await;
    assert_eq!(script.lines().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let script = Script::answers([(403, refusal("insufficient_scope")), (200, providers())]);
    let app = script.app();
    let refused = app.oauth_providers().list().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InsufficientScope);
    assert!(app.oauth_providers().list().await.is_ok());
}

#[tokio::test]
async fn descriptions_are_listed_and_read_by_provider_and_operation() {
    let list = json!({ "items": [spec()], "total": 1 });
    let detail =
        with(operation("items/create"), json!({ "spec": spec(), "request_schema": { "type": "object" } }));
    let script = Script::answers([(200, list.clone()), (200, list), (200, spec()), (200, detail)]);
    let app = script.app();
    let specs = app.provider_specs();
    assert_eq!(specs.list().await.unwrap()[0].provider_id, "acme");
    specs.list().kind(ProviderSpecKind::Oauth).await.unwrap();
    let odd: ProviderId = "a b/é%&=".parse().unwrap();
    assert_eq!(specs.get(ProviderSpecKind::Managed, &odd).await.unwrap().version, 2);
    let found = specs.get_operation(ProviderSpecKind::Oauth, &acme(), "items/create").await.unwrap();
    assert!(found.operation.operation_id == "items/create" && found.request_schema.is_some());
    assert_eq!(
        script.lines(),
        [
            "GET /sdk/provider-specs",
            "GET /sdk/provider-specs?kind=oauth",
            "GET /sdk/provider-specs/managed/a%20b%2F%C3%A9%25%26%3D",
            "GET /sdk/provider-specs/oauth/acme/operation?operation_id=items%2Fcreate",
        ]
    );
}

#[tokio::test]
async fn operations_come_by_page_or_as_a_stream() {
    let page = |ids: &[&str], has_more: bool| {
        let items: Vec<_> = ids.iter().map(|id| operation(id)).collect();
        (
            200,
            json!({
                "items": items, "total": 3, "limit": 2, "offset": 0, "has_more": has_more, "spec": spec(),
            }),
        )
    };
    let script = Script::answers([page(&["a"], true), page(&["a", "b"], true), page(&["c"], false)]);
    let app = script.app();
    let list = || app.provider_specs().list_operations(ProviderSpecKind::Oauth, &"acme".parse().unwrap());
    assert!(list().await.unwrap().has_more);
    let mut operations = list().search("a b").limit(2).stream();
    let mut ids = Vec::new();
    while let Some(operation) = operations.next().await {
        ids.push(operation.unwrap().operation_id);
    }
    assert_eq!(ids, ["a", "b", "c"]);
    let path = "GET /sdk/provider-specs/oauth/acme/operations";
    assert_eq!(
        script.lines(),
        [
            format!("{path}?limit=100&offset=0"),
            format!("{path}?limit=2&offset=0&search=a+b"),
            format!("{path}?limit=2&offset=2&search=a+b"),
        ]
    );
}

#[tokio::test]
async fn a_description_nobody_can_ask_for_is_refused_here() {
    let script = Script::unasked();
    let app = script.app();
    let specs = app.provider_specs();
    let oauth = ProviderSpecKind::Oauth;
    for id in ["a?b", "a#b", ".."] {
        let provider: ProviderId = id.parse().unwrap();
        assert_eq!(specs.get(oauth, &provider).await.unwrap_err().kind(), ErrorKind::Value, "{id}");
    }
    for id in ["", " ", "a\u{1}", &"x".repeat(513)] {
        assert_eq!(specs.get_operation(oauth, &acme(), id).await.unwrap_err().kind(), ErrorKind::Value);
    }
    let list = || specs.list_operations(oauth, &"acme".parse().unwrap());
    for list in [list().limit(0), list().limit(501), list().search(""), list().search("é".repeat(201))] {
        assert_eq!(list.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(script.lines().is_empty());
}

fn span(name: &str) -> UserSpan {
    UserSpan::new("t", name, Timestamp::from_unix_seconds(1_767_225_600))
}

#[tokio::test]
async fn spans_are_reported_fifty_at_most() {
    let script = Script::always(202, &json!({ "accepted": 1 }));
    let app = script.app();
    let end = Timestamp::from_unix_micros(1_767_225_601_500_000);
    let attributes = std::collections::BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let full = span("step é").with_span_id("s1").with_parent_span_id("p").with_end_time(end);
    assert_eq!(app.spans().emit([full.with_attributes(attributes)]).await.unwrap().accepted, 1);
    let body = concat!(
        r#"{"spans":[{"trace_id":"t","name":"step \u00e9","start_time":"2026-01-01T00:00:00Z","span_id":"s1","#,
        r#""parent_span_id":"p","end_time":"2026-01-01T00:00:01.500000Z","attributes":{"k":"v"}}]}"#
    );
    assert_eq!(script.only(), ("POST /sdk/spans".to_owned(), body.to_owned()));
    app.spans().emit((0..50).map(|number| span(&number.to_string()))).await.unwrap();
    for spans in
        [Vec::new(), vec![span("x"); 51], vec![span("x"), span("")], vec![span("x").with_span_id("")]]
    {
        assert_eq!(app.spans().emit(spans).await.unwrap_err().kind(), ErrorKind::Value);
    }
    let message = app.spans().emit([span("x"), span("")]).await.unwrap_err().to_string();
    assert!(message.starts_with("spans[1].name"), "{message}");
    assert_eq!(script.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn spans_with_ids_are_sent_again_and_those_without_are_not() {
    let script = Script::answers([(503, json!({})), (202, json!({ "accepted": 1 })), (503, json!({}))]);
    let builder = script.connect(alter_client::App::builder(KEY.parse().unwrap()));
    let app = builder.retry(alter_client::Retry::default()).build().unwrap();
    app.spans().emit([span("a").with_span_id("1")]).await.unwrap();
    assert_eq!(script.lines().len(), 2);
    app.spans().emit([span("a").with_span_id("1"), span("b")]).await.unwrap_err();
    assert_eq!(script.lines().len(), 3);
}

#[tokio::test]
async fn a_view_without_the_right_gets_nothing_that_was_kept_for_others() {
    let script = Script::answers([(200, providers()), (403, refusal("insufficient_scope"))]);
    let app = script.app();
    let view = |scope| app.constrained(Constraints::scopes([scope])).unwrap();
    app.oauth_providers().list().await.unwrap();
    view("providers:read").oauth_providers().list().await.unwrap();
    assert_eq!(script.lines().len(), 1, "kept for all who may see it");
    let refused = view("grants:read").oauth_providers().list().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InsufficientScope);
    app.oauth_providers().list().await.unwrap();
    assert_eq!(script.lines().len(), 2);
}
