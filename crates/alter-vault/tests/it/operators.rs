//! What operators may type, and what is refused before anything is written.

use std::time::Duration;

use alter_types::{AddressedGrant, AppId, GrantId, KeyId, Secret};
use alter_vault::{NewGrant, NewKey, NewSecret, Scope, SecretRef, VaultError};

use crate::bench::{Bench, CANARY, HOST, wanted, wanted_for};

fn secret(name: &str, value: &str) -> NewSecret {
    NewSecret::new(name, vec![HOST.parse().unwrap()], Secret::from(value))
}

#[tokio::test]
async fn slugs_come_from_names_and_do_not_collide() {
    let bench = Bench::new();
    let app = bench.vault.create_app("Bot").await.unwrap();
    let mut slugs = Vec::new();
    for _ in 0..3 {
        let record = bench.vault.create_secret(app.id, secret("Weather API", "x")).await.unwrap();
        slugs.push(record.slug.to_string());
    }
    assert_eq!(slugs, ["weather-api", "weather-api-2", "weather-api-3"]);
    let chosen = secret("Other", "x").slug("weather-api".parse().unwrap());
    let error = bench.vault.create_secret(app.id, chosen).await.unwrap_err();
    assert!(matches!(error, VaultError::Conflict { field: "slug", .. }), "{error}");
}

#[tokio::test]
async fn malformed_input_names_its_field_and_writes_nothing() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let (vault, app) = (&bench.vault, tenant.app.id);
    let rows = bench.trail().await.len();
    let field = |error: VaultError| match error {
        VaultError::Invalid { field, .. } => field,
        other => panic!("{other}"),
    };
    for name in ["", " x", "x\n", &"x".repeat(256)] {
        assert_eq!(field(vault.create_app(name).await.unwrap_err()), "name");
        assert_eq!(field(vault.create_secret(app, secret(name, "x")).await.unwrap_err()), "name");
        let key = NewKey::runtime(name, Scope::backend());
        assert_eq!(field(vault.create_key(app, key).await.unwrap_err()), "name");
    }
    for value in ["", "line\n", "nul\0", &"x".repeat(8_193)] {
        assert_eq!(field(vault.create_secret(app, secret("S", value)).await.unwrap_err()), "value");
    }
    let blink = NewGrant::of(SecretRef::Id(tenant.secret.id)).lasting(Duration::from_millis(999));
    assert_eq!(field(vault.create_grant(app, blink).await.unwrap_err()), "time_to_live");
    let forever = NewKey::runtime("k", vec![]).expiring_after(Duration::MAX);
    assert_eq!(field(vault.create_key(app, forever).await.unwrap_err()), "time_to_live");
    assert_eq!(bench.trail().await.len(), rows);
}

#[tokio::test]
async fn what_does_not_exist_or_belongs_to_another_application_is_not_found() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    let vault = &bench.vault;
    let nobody = AppId::from_bytes([9; 16]);
    let not_found = |error: VaultError| assert!(matches!(error, VaultError::NotFound { .. }), "{error}");
    not_found(vault.create_key(nobody, NewKey::runtime("k", vec![])).await.unwrap_err());
    not_found(vault.create_secret(nobody, secret("S", "x")).await.unwrap_err());
    not_found(
        vault.create_grant(ours.app.id, NewGrant::of(SecretRef::Id(theirs.secret.id))).await.unwrap_err(),
    );
    not_found(vault.revoke_key(ours.app.id, theirs.key_id).await.unwrap_err());
    not_found(vault.revoke_key(ours.app.id, KeyId::from_bytes([9; 16])).await.unwrap_err());
    let refusal = vault.revoke_grant(ours.app.id, GrantId::from_bytes([9; 16]), None).await.unwrap_err();
    assert_eq!(refusal.status(), 404);
}

#[tokio::test]
async fn a_label_is_unique_among_the_active_grants_of_a_secret() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let labelled = || NewGrant::of(SecretRef::Slug(tenant.secret.slug.clone())).label("reports");
    let first = bench.vault.create_grant(tenant.app.id, labelled()).await.unwrap();
    let error = bench.vault.create_grant(tenant.app.id, labelled()).await.unwrap_err();
    assert!(matches!(error, VaultError::Conflict { field: "label", .. }), "{error}");
    bench.vault.revoke_grant(tenant.app.id, first.id, None).await.unwrap();
    bench.vault.create_grant(tenant.app.id, labelled()).await.unwrap();
}

#[tokio::test]
async fn a_replaced_secret_is_what_the_next_use_of_every_grant_gets() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let app = tenant.app.id;
    let before = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
    let by_slug = SecretRef::Slug(tenant.secret.slug.clone());
    for value in ["second-value", "third-value"] {
        let record = bench.vault.replace_secret(app, by_slug.clone(), Secret::from(value)).await.unwrap();
        assert_ne!(Some(record.generation), before.token_generation);
        bench.restart().await;
        let after = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap();
        assert_eq!(after.access_token.expose(), value);
        assert_eq!(after.token_generation, Some(record.generation));
    }
    let events: Vec<_> = bench.trail().await.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(events.iter().filter(|event| **event == "secret.replace").count(), 2, "{events:?}");
    let error = bench.vault.replace_secret(app, by_slug, Secret::from("two\nlines")).await.unwrap_err();
    assert!(matches!(error, VaultError::Invalid { field: "value", .. }), "{error}");
}

#[tokio::test]
async fn a_host_added_to_a_secret_is_reachable_at_once_and_one_taken_away_is_not() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let secret = SecretRef::Id(tenant.secret.id);
    let other = || wanted_for(AddressedGrant::Grant(tenant.grant.id), "https://other.example/v1");
    let refusal = bench.vault.retrieve(bench.call(&tenant.key), other()).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "host_not_allowed");
    let hosts = vec!["other.example".parse().unwrap()];
    let record = bench.vault.set_hosts(tenant.app.id, secret.clone(), hosts).await.unwrap();
    assert_eq!(record.hosts.len(), 1);
    bench.vault.retrieve(bench.call(&tenant.key), other()).await.unwrap();
    let refusal = bench.vault.retrieve(bench.call(&tenant.key), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "host_not_allowed");
    let too_many = vec![HOST.parse().unwrap(); 101];
    let error = bench.vault.set_hosts(tenant.app.id, secret, too_many).await.unwrap_err();
    assert!(matches!(error, VaultError::Invalid { field: "hosts", .. }), "{error}");
}

#[tokio::test]
async fn keys_and_secrets_are_listed_per_application_without_what_they_hide() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    bench.vault.revoke_key(ours.app.id, ours.key_id).await.unwrap();
    let (_, second) = bench.key(ours.app.id, Scope::backend()).await;

    let keys = bench.vault.keys(ours.app.id).await.unwrap();
    let now = keys[0].created_at;
    let statuses: Vec<_> = keys.iter().map(|key| (key.prefix.as_str(), key.status(now))).collect();
    assert!(statuses.contains(&(ours.key.prefix(), "revoked")), "{statuses:?}");
    assert!(statuses.contains(&(second.prefix(), "active")), "{statuses:?}");
    assert_eq!(statuses.len(), 2);

    let secrets = bench.vault.secrets(ours.app.id).await.unwrap();
    assert_eq!(secrets, [ours.secret]);
    assert_ne!(secrets, [theirs.secret]);
    let shown = serde_json::to_string(&(&keys, &secrets)).unwrap();
    assert!(!shown.contains(CANARY) && !shown.contains(ours.key.expose()), "{shown}");
}
