//! Which connections calls go over.

use std::convert::Infallible;

use alter_client::{
    App,
    transport::{Body, ConnectOptions, Request, Response},
};
use serde_json::json;
use tower::service_fn;

use crate::world::{KEY, World, grant, token};

#[tokio::test]
async fn what_goes_to_the_vault_and_what_goes_to_providers_never_share_a_connection() {
    let world = World::new().await;
    // A provider at the very address of the vault.
    world.vault_answers("/v1/me", 200, json!({ "ok": true }));
    let url = format!("{}/v1/me", world.app.base_url());
    for _ in 0..3 {
        let reply = world.app.grant(&grant()).get(&url).any_status().send().await.unwrap();
        assert_eq!(reply.status(), 401, "a request to a provider is not signed");
        let _ = world.app.grants().list().await;
    }
    world.app.close().await;
    let (signed, foreign): (Vec<_>, Vec<_>) =
        world.everything_at_vault().into_iter().partition(|request| request.header("x-api-key").is_some());
    assert_eq!(foreign.len(), 3);
    assert!(foreign.iter().all(|request| request.target == "/v1/me"));
    for request in &foreign {
        assert!(signed.iter().all(|other| other.from != request.from), "{request:?}");
    }
}

#[tokio::test]
async fn connections_are_used_again_and_idle_ones_are_bounded_in_number_and_time() {
    let world = World::new().await;
    for _ in 0..10 {
        world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    }
    let (vault, provider) = world.connections();
    assert!(vault <= 4 && provider <= 4, "{vault}, {provider}");
    let limits = ConnectOptions::default();
    assert_eq!((limits.idle_per_host, limits.idle_timeout.as_secs()), (100, 30));
}

#[tokio::test]
async fn the_sockets_can_be_replaced_on_either_side() {
    let vault = service_fn(|request: Request| async move {
        assert!(request.headers().contains_key("x-alter-signature"));
        let body = match request.uri().path() {
            "/sdk/token" => token(json!({})),
            _ => json!({ "logged": true }),
        };
        Ok::<_, Infallible>(Response::new(Body::from(body.to_string().into_bytes())))
    });
    let provider = service_fn(|request: Request| async move {
        let said = format!("{} {}", request.method(), request.uri());
        Ok::<_, Infallible>(Response::new(Body::from(said.into_bytes())))
    });
    let app = App::builder(KEY.parse().unwrap())
        .base_url("https://vault.example.com")
        .danger_backend_transport(vault)
        .danger_provider_transport(provider)
        .build()
        .unwrap();
    let reply = app.grant(&grant()).get("https://api.example.com/v1").send().await.unwrap();
    assert_eq!(reply.text().unwrap(), "GET https://api.example.com/v1");
    assert_eq!(app.close().await.delivered, 1);
}
