//! Closing: rows arrive, calls under way finish, later calls are refused.

use std::time::Duration;

use alter_client::ErrorKind;
use serde_json::json;

use crate::world::{World, grant};

#[tokio::test]
async fn closing_delivers_the_rows_and_refuses_later_calls_on_every_clone() {
    let world = World::new().await;
    for _ in 0..20 {
        world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    }
    let clone = world.app.clone();
    let report = world.app.close().await;
    assert_eq!((report.delivered, report.lost), (20, 0));
    assert_eq!(clone.close().await, report, "closing again is fine");

    let refused = [
        clone.grant(&grant()).get(world.url("/")).send().await.unwrap_err(),
        clone.grant(&grant()).get("https://api.example.com/").proxy().await.unwrap_err(),
        clone.grants().list().await.unwrap_err(),
        clone.grants().revoke(&grant()).await.unwrap_err(),
    ];
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Client));
    assert!(
        refused.iter().all(|error| error.to_string() == refused[0].to_string()),
        "one and the same error"
    );
}

#[tokio::test]
async fn a_call_under_way_is_waited_for() {
    let world = World::new().await;
    let app = world.app.clone();
    let url = world.url("/");
    let call = tokio::spawn(async move { app.grant(&grant()).get(url).send().await });
    while world.at_vault("/sdk/token").is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.app.close().await.lost, 0);
    call.await.unwrap().unwrap();
    assert_eq!(world.at_vault("/sdk/oauth/audit/api-call").len(), 1);
}

#[tokio::test]
async fn rows_the_vault_never_took_are_counted() {
    let world = World::new().await;
    world.vault_answers("/sdk/oauth/audit/api-call", 503, json!({}));
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    let report = world.app.close().within(Duration::from_millis(200)).await;
    assert_eq!((report.delivered, report.lost), (0, 1));
}
