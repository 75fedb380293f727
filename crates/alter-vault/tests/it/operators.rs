//! What operators may type, and what is refused before anything is written.

use std::time::Duration;

use alter_types::{AppId, GrantId, KeyId, Secret};
use alter_vault::{NewGrant, NewKey, NewSecret, Scope, SecretRef, VaultError};

use crate::bench::{Bench, HOST};

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
