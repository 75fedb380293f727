//! Listing and revoking grants.

use alter_client::{ErrorKind, GrantListItem};
use serde_json::json;

use crate::world::{GRANT, World, grant};

#[tokio::test]
async fn a_page_of_grants_is_asked_for_and_read() {
    let world = World::new().await;
    let item = json!({
        "grant_kind": "managed_secret",
        "grant_id": GRANT,
        "managed_secret_id": "m",
        "managed_secret_slug": "acme",
        "managed_secret_name": "Acme",
        "status": "active",
        "created_at": "2026-07-01T12:00:00Z",
        "principal_type": "system",
    });
    world.vault_answers(
        "/sdk/grants/list",
        200,
        json!({ "grants": [item], "total": 7, "limit": 5, "offset": 2, "has_more": true }),
    );
    let page = world
        .app
        .grants()
        .list()
        .provider(&"acme".parse().unwrap())
        .label("work")
        .status("active")
        .limit(5)
        .offset(2)
        .await
        .unwrap();
    assert!(page.has_more && matches!(page.grants[0], GrantListItem::ManagedSecret(_)));
    assert_eq!(
        world.at_vault("/sdk/grants/list")[0].json(),
        json!({ "limit": 5, "offset": 2, "provider_id": "acme", "status": "active", "label": "work" })
    );
}

#[tokio::test]
async fn a_grant_is_revoked_with_a_reason() {
    const PATH: &str = "/sdk/oauth/grants/11111111-2222-4333-8444-555555555555/revoke";
    let world = World::new().await;
    world.vault_answers(
        PATH,
        200,
        json!({ "success": true, "message": "Grant revoked.", "grant_id": GRANT, "revoked_at": "2026-07-01T12:00:00Z" }),
    );
    let revoked = world.app.grants().revoke(&grant()).reason("left the team").await.unwrap();
    assert!(revoked.success);
    assert_eq!(world.at_vault(PATH)[0].json(), json!({ "reason": "left the team" }));
    world.vault_answers(PATH, 404, json!({ "error": "grant_not_found", "message": "No such grant." }));
    assert!(world.app.grants().revoke(&grant()).await.unwrap_err().is_grant_not_found());
}

#[tokio::test]
async fn limits_and_filters_are_checked_here() {
    let world = World::new().await;
    let list = || world.app.grants().list();
    for mistake in [list().limit(0), list().limit(1001), list().label(""), list().status("")] {
        assert_eq!(mistake.await.unwrap_err().kind(), ErrorKind::Value);
    }
    assert!(world.at_vault("/sdk/grants/list").is_empty());
}
