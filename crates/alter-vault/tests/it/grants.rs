//! Listing grants, for SDKs and operators.

use std::time::Duration;

use alter_types::{GrantListItem, ListGrantsRequest, PrincipalType, Secret};
use alter_vault::{AuditEvent, GrantFilter, GrantStatus, NewGrant, Scope, SecretRef};

use crate::bench::Bench;

#[tokio::test]
async fn a_key_sees_the_grants_of_its_application_newest_first() {
    let bench = Bench::new();
    let (ours, _theirs) = (bench.tenant().await, bench.tenant().await);
    bench.clock.advance(Duration::from_secs(1));
    let second =
        NewGrant::of(SecretRef::Id(ours.secret.id)).label("reports").lasting(Duration::from_secs(60));
    let second = bench.vault.create_grant(ours.app.id, second).await.unwrap();

    let list = bench.vault.list_grants(bench.call(&ours.key), ListGrantsRequest::default()).await.unwrap();

    assert_eq!((list.total, list.limit, list.offset, list.has_more), (2, 100, 0, false));
    let GrantListItem::ManagedSecret(first) = &list.grants[0] else { panic!("{list:?}") };
    assert_eq!(first.grant_id, second.id.to_string());
    assert_eq!(first.managed_secret_id, ours.secret.id.to_string());
    assert_eq!(first.managed_secret_slug, "weather-api");
    assert_eq!(first.managed_secret_name, "Weather API");
    assert_eq!(first.principal_type, PrincipalType::System);
    assert_eq!(first.label.as_deref(), Some("reports"));
    assert_eq!(first.created_at, "2026-07-01T00:00:01Z");
    assert_eq!(first.grant_expires_at.as_deref(), Some("2026-07-01T00:01:01Z"));
    assert_eq!(list.grants[1].grant_id(), ours.grant.id.to_string());
    assert_eq!(bench.last_row().await.event, AuditEvent::GrantList);
}

#[tokio::test]
async fn filters_narrow_and_pages_continue() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for label in ["a", "b", "c"] {
        let grant =
            NewGrant::of(SecretRef::Id(tenant.secret.id)).label(label).lasting(Duration::from_secs(60));
        bench.vault.create_grant(tenant.app.id, grant).await.unwrap();
    }
    bench.vault.revoke_grant(tenant.app.id, tenant.grant.id, None).await.unwrap();
    bench.clock.advance(Duration::from_secs(60));
    let live = NewGrant::of(SecretRef::Id(tenant.secret.id)).label("a");
    bench.vault.create_grant(tenant.app.id, live).await.unwrap();
    let total = async |change: &dyn Fn(&mut ListGrantsRequest)| {
        let mut request = ListGrantsRequest::default();
        change(&mut request);
        let list = bench.vault.list_grants(bench.call(&tenant.key), request).await.unwrap();
        (list.total, list.grants.len(), list.has_more)
    };
    assert_eq!(total(&|_| {}).await, (5, 5, false));
    assert_eq!(total(&|r| r.limit = 2).await, (5, 2, true));
    assert_eq!(total(&|r| (r.limit, r.offset) = (2, 4)).await, (5, 1, false));
    assert_eq!(total(&|r| r.offset = u64::MAX).await, (5, 0, false));
    assert_eq!(total(&|r| r.status = Some("expired".to_owned())).await, (3, 3, false));
    assert_eq!(total(&|r| r.status = Some("revoked".to_owned())).await, (1, 1, false));
    assert_eq!(total(&|r| r.status = Some("active".to_owned())).await, (1, 1, false));
    assert_eq!(total(&|r| r.label = Some("a".to_owned())).await, (2, 2, false));
    assert_eq!(total(&|r| r.provider_id = Some("weather-api".to_owned())).await, (5, 5, false));
    assert_eq!(total(&|r| r.provider_id = Some("other".to_owned())).await, (0, 0, false));
    assert_eq!(total(&|r| r.account = Some("ada".to_owned())).await, (0, 0, false));
    assert_eq!(total(&|r| r.user_token = Some(Secret::from("eyJ"))).await, (0, 0, false));

    let mut filter = GrantFilter::default();
    filter.status = Some("expired".to_owned());
    let page = bench.vault.grants(tenant.app.id, filter).await.unwrap();
    assert!(page.total == 3 && page.items.iter().all(|grant| grant.status == GrantStatus::Expired));
}

#[tokio::test]
async fn listing_needs_its_scope_and_a_sensible_page() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let (_, key) = bench.key(tenant.app.id, vec![Scope::TOKENS_RETRIEVE.parse().unwrap()]).await;
    let refusal = bench.vault.list_grants(bench.call(&key), ListGrantsRequest::default()).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (403, "insufficient_scope"));
    for limit in [0, 1_001] {
        let mut request = ListGrantsRequest::default();
        request.limit = limit;
        let refusal = bench.vault.list_grants(bench.call(&tenant.key), request).await.unwrap_err();
        assert_eq!((refusal.status(), refusal.code().as_str()), (422, "invalid_request"));
    }
}
