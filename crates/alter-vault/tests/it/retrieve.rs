//! The main job: a credential is released for a declared call, and the trail says so.

use std::time::Duration;

use alter_types::{AddressedGrant, ProviderAddress};
use alter_vault::{AuditEvent, AuditOutcome, NewGrant, SecretRef};

use crate::bench::{Bench, CANARY, wanted, wanted_for};

#[tokio::test]
async fn a_grant_releases_its_credential_and_leaves_a_row() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut request = wanted(tenant.grant.id);
    request.reason = Some("nightly forecast".to_owned());
    request.request.method = "get".to_owned();
    request.request.url.push_str("?appid=not-for-the-trail");

    let token = bench.vault.retrieve(bench.call(&tenant.key), request).await.unwrap();

    assert_eq!(token.access_token.expose(), CANARY);
    assert_eq!(token.grant_id, tenant.grant.id);
    assert_eq!(token.provider_id, "weather-api");
    assert_eq!(token.injection_header, "Authorization");
    assert_eq!(token.injection_format, "Bearer {token}");
    assert_eq!(token.token_generation, Some(tenant.secret.generation));
    assert_eq!((token.expires_in, token.expires_at), (None, None));

    let row = bench.last_row().await;
    assert_eq!((row.event, row.outcome), (AuditEvent::TokenRetrieve, AuditOutcome::Allowed));
    assert_eq!(row.app, Some(tenant.app.id));
    assert_eq!(row.grant_id, Some(tenant.grant.id));
    assert_eq!(row.key_id, Some(tenant.key_id));
    assert_eq!(row.key_prefix.as_deref(), Some(tenant.key.prefix()));
    assert_eq!(row.provider.as_deref(), Some("weather-api"));
    assert_eq!(row.generation, token.token_generation);
    assert_eq!(row.method.as_deref(), Some("GET"));
    assert_eq!(row.url.as_deref(), Some("https://api.example.com/v1/forecast"));
    assert_eq!(row.caller.as_deref(), Some("billing"));
    assert_eq!(row.caller_type.as_deref(), Some("service"));
    assert_eq!(row.reason.as_deref(), Some("nightly forecast"));
    assert_eq!(row.request_id.as_deref(), Some("req-1"));
    assert_eq!(row.client_ip.as_deref(), Some("192.0.2.7"));
    let passed =
        ["key", "nonce", "scope", "grant", "principal", "credential", "mode", "request", "host", "rule"];
    assert_eq!(row.decision, Some(serde_json::json!({ "passed": passed })));
}

#[tokio::test]
async fn a_provider_and_a_label_address_the_one_grant_that_matches() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let labelled = NewGrant::of(SecretRef::Slug(tenant.secret.slug.clone())).label("reports");
    let labelled = bench.vault.create_grant(tenant.app.id, labelled).await.unwrap();
    let mut address = ProviderAddress::new("weather-api".parse().unwrap());
    address.label = Some("reports".to_owned());
    let request = wanted_for(AddressedGrant::Provider(address), "https://api.example.com/");

    let token = bench.vault.retrieve(bench.call(&tenant.key), request).await.unwrap();

    assert_eq!(token.grant_id, labelled.id);
    assert_eq!(token.access_token.expose(), CANARY);
}

#[tokio::test]
async fn a_grant_with_a_lifetime_says_when_it_ends() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let short = NewGrant::of(SecretRef::Id(tenant.secret.id)).lasting(Duration::from_secs(60));
    let short = bench.vault.create_grant(tenant.app.id, short).await.unwrap();
    bench.clock.advance(Duration::from_millis(10_500));

    let token = bench.vault.retrieve(bench.call(&tenant.key), wanted(short.id)).await.unwrap();

    assert_eq!(token.expires_in, Some(49));
    assert_eq!(token.expires_at, short.expires_at);
}
