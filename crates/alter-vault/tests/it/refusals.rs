//! Every reason a credential is not released: its code, its status, what the caller is told and what the trail says.

use std::time::Duration;

use alter_auth::{ApiKey, KeyKind, SystemRandom};
use alter_types::{AddressedGrant, GrantId, ProviderAddress, Secret, TokenRequest};
use alter_vault::{AttemptedRequest, AuditEvent, AuditOutcome, NewGrant, NewKey, Refusal, Scope, SecretRef};

use crate::bench::{Bench, CANARY, wanted, wanted_for};

/// Retrieves, expects a refusal with this status and code, and checks that the trail has it.
async fn refused(
    bench: &Bench,
    key: &ApiKey,
    request: TokenRequest,
    status: u16,
    code: &str,
    stopped_at: &str,
) -> Refusal {
    let refusal = bench.vault.retrieve(bench.call(key), request).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (status, code), "{refusal}");
    assert!(!format!("{refusal} {refusal:?}").contains(CANARY));
    let row = bench.last_row().await;
    assert_eq!((row.event, row.outcome), (AuditEvent::TokenRetrieve, AuditOutcome::Denied));
    assert_eq!(row.code.as_deref(), Some(code));
    assert_eq!(row.decision.unwrap()["stopped_at"], stopped_at);
    refusal
}

fn by_provider(slug: &str) -> AddressedGrant {
    AddressedGrant::Provider(ProviderAddress::new(slug.parse().unwrap()))
}

const URL: &str = "https://api.example.com/v1/forecast";

#[tokio::test]
async fn an_unknown_key_is_refused_and_leaves_no_row() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let rows = bench.trail().await.len();
    let stranger = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new()).unwrap();
    let refusal = bench.vault.retrieve(bench.call(&stranger), wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (401, "invalid_key"));
    assert_eq!(bench.trail().await.len(), rows);
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.revoke_key(tenant.app.id, tenant.key_id).await.unwrap();
    bench.vault.revoke_key(tenant.app.id, tenant.key_id).await.unwrap();
    refused(&bench, &tenant.key, wanted(tenant.grant.id), 401, "key_revoked", "key").await;
}

#[tokio::test]
async fn a_key_is_refused_from_the_instant_it_expires() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let new = NewKey::runtime("short", Scope::backend()).expiring_after(Duration::from_secs(60));
    let (_, key) = bench.vault.create_key(tenant.app.id, new).await.unwrap();
    bench.clock.advance(Duration::from_secs(59));
    bench.vault.retrieve(bench.call(&key), wanted(tenant.grant.id)).await.unwrap();
    bench.clock.advance(Duration::from_secs(1));
    refused(&bench, &key, wanted(tenant.grant.id), 401, "key_expired", "key").await;
}

#[tokio::test]
async fn a_key_without_the_scope_is_told_which_one_it_lacks() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let scopes = vec![Scope::AUDIT_EMIT.parse().unwrap(), Scope::GRANTS_READ.parse().unwrap()];
    let (_, key) = bench.key(tenant.app.id, scopes).await;
    let refusal = refused(&bench, &key, wanted(tenant.grant.id), 403, "insufficient_scope", "scope").await;
    let fields = &refusal.body().fields;
    assert_eq!(fields["required"], serde_json::json!(["tokens:retrieve"]));
    assert_eq!(fields["missing"], serde_json::json!(["tokens:retrieve"]));
    assert_eq!(fields["granted"], serde_json::json!(["audit:emit", "grants:read"]));
}

#[tokio::test]
async fn another_applications_grant_cannot_be_told_from_one_that_does_not_exist() {
    let bench = Bench::new();
    let (ours, theirs) = (bench.tenant().await, bench.tenant().await);
    let unknown = GrantId::from_bytes([9; 16]);
    let mut answers = Vec::new();
    for grant in [theirs.grant.id, unknown] {
        let refusal = refused(&bench, &ours.key, wanted(grant), 404, "grant_not_found", "grant").await;
        answers.push(serde_json::to_vec(refusal.body()).unwrap());
        assert_eq!(refusal.internal(), None);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_revoked_grant_is_refused_by_id_and_not_found_by_provider() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, None).await.unwrap();
    let refusal = refused(&bench, &tenant.key, wanted(tenant.grant.id), 403, "grant_revoked", "grant").await;
    assert_eq!(refusal.body().fields["grant_id"], tenant.grant.id.to_string());
    let request = wanted_for(by_provider("weather-api"), URL);
    let refusal = refused(&bench, &tenant.key, request, 404, "grant_not_found", "grant").await;
    assert_eq!(refusal.body().fields["provider_id"], "weather-api");
}

#[tokio::test]
async fn a_grant_is_refused_from_the_instant_it_expires() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let short = NewGrant::of(SecretRef::Id(tenant.secret.id)).lasting(Duration::from_secs(60));
    let short = bench.vault.create_grant(tenant.app.id, short).await.unwrap();
    bench.clock.advance(Duration::from_secs(60));
    refused(&bench, &tenant.key, wanted(short.id), 403, "grant_expired", "grant").await;
}

#[tokio::test]
async fn an_address_that_matches_several_grants_lists_them() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let labelled = NewGrant::of(SecretRef::Id(tenant.secret.id)).label("reports");
    let labelled = bench.vault.create_grant(tenant.app.id, labelled).await.unwrap();
    let request = wanted_for(by_provider("weather-api"), URL);
    let refusal = refused(&bench, &tenant.key, request, 409, "ambiguous_grant", "grant").await;
    let fields = &refusal.body().fields;
    assert_eq!(fields["provider_id"], "weather-api");
    assert_eq!(fields["grant_ids"].as_array().unwrap().len(), 2);
    let candidate = serde_json::json!({ "grant_id": labelled.id.to_string(), "label": "reports" });
    assert!(fields["candidates"].as_array().unwrap().contains(&candidate));
    assert!(!fields.contains_key("candidates_truncated"));
}

#[tokio::test]
async fn an_account_or_a_user_matches_none_of_the_applications_own_grants() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let mut address = ProviderAddress::new("weather-api".parse().unwrap());
    address.account = Some("ada@example.com".to_owned());
    let request = wanted_for(AddressedGrant::Provider(address), URL);
    refused(&bench, &tenant.key, request, 404, "grant_not_found", "grant").await;
}

#[tokio::test]
async fn a_call_that_speaks_for_a_user_gets_no_grant_of_the_application() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for address in [AddressedGrant::Grant(tenant.grant.id), by_provider("weather-api")] {
        let mut request = wanted_for(address, URL);
        request.user_token = Some(Secret::from("eyJ.e30.sig"));
        let code = "system_grant_user_token_mismatch";
        refused(&bench, &tenant.key, request, 400, code, "principal").await;
    }
}

#[tokio::test]
async fn a_revoked_credential_is_refused() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    bench.sql().execute("UPDATE credentials SET revoked_at = 1", []).unwrap();
    let request = wanted(tenant.grant.id);
    refused(&bench, &tenant.key, request, 403, "credential_revoked", "credential").await;
}

#[tokio::test]
async fn a_host_the_operator_did_not_list_is_refused_with_the_rule_that_would_allow_it() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for (url, rule) in [
        ("https://evil.example/?x", "evil.example"),
        ("https://api.example.com:8443/", "api.example.com:8443"),
        ("http://localhost:9000/", "http://localhost:9000"),
    ] {
        let request = wanted_for(AddressedGrant::Grant(tenant.grant.id), url);
        let refusal = refused(&bench, &tenant.key, request, 403, "host_not_allowed", "host").await;
        let message = &refusal.body().message;
        assert!(message.contains(&format!("adds {rule} to")), "{message}");
        assert!(!message.contains("api.example.com ") || rule.contains("api.example.com"), "{message}");
    }
}

#[tokio::test]
async fn a_malformed_call_is_refused_and_its_url_is_not_recorded() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for url in ["/v1", "http://api.example.com/", "https://me:pw@api.example.com/", "https://"] {
        let request = wanted_for(AddressedGrant::Grant(tenant.grant.id), url);
        refused(&bench, &tenant.key, request, 422, "invalid_request", "request").await;
        assert_eq!(bench.last_row().await.url, None);
    }
    let mut request = wanted(tenant.grant.id);
    request.request.method = "GET /".to_owned();
    refused(&bench, &tenant.key, request, 422, "invalid_request", "request").await;
}

#[tokio::test]
async fn a_request_without_a_valid_signature_leaves_a_row_if_its_key_is_known() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let message = "The signature does not match.";
    let refusal = || Refusal::new(alter_types::ErrorCode::INVALID_SIGNATURE, message);
    let what = AttemptedRequest {
        method: "POST".to_owned(),
        path: "/sdk/token".to_owned(),
        request_id: "req-9".to_owned(),
        client_ip: None,
    };

    let known = bench.vault.refuse(&tenant.key, refusal(), what.clone()).await;
    assert_eq!((known.status(), known.code().as_str()), (401, "invalid_signature"));
    assert_eq!(known.body().message, message);
    let row = bench.last_row().await;
    assert_eq!((row.event, row.outcome), (AuditEvent::RequestRefused, AuditOutcome::Denied));
    assert_eq!((row.app, row.key_id), (Some(tenant.app.id), Some(tenant.key_id)));
    assert_eq!(row.url.as_deref(), Some("/sdk/token"));

    let stranger = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new()).unwrap();
    let unknown = bench.vault.refuse(&stranger, refusal(), what).await;
    assert_eq!((unknown.status(), unknown.code().as_str()), (401, "invalid_key"));
    assert_eq!(bench.last_row().await, row);
}
