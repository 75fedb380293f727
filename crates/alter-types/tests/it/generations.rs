//! Both generations of the wire are read (`docs/protocol.md` 5.4).

use alter_types::{
    AgentListResult, GrantKind, GrantListItem, ManagedSecretGrantItem, PendingApproval, PrincipalType,
    UnifiedGrantListResult,
};
use serde_json::json;

#[test]
fn a_page_of_the_first_generation_is_read() {
    let page = json!({
        "grants": [
            { "grant_id": "g1", "provider_id": "github", "status": "active", "created_at": "t", "principal_type": "user" },
            { "grant_id": "g2", "provider_id": "google", "status": "active", "created_at": "t",
              "principal_type": "user", "grant_kind": "oauth" },
        ],
        "total": 2, "limit": 100, "offset": 0, "has_more": false,
    });
    let page: UnifiedGrantListResult = serde_json::from_value(page).expect("both generations");
    assert!(matches!(page.grants[0], GrantListItem::Legacy(_)));
    assert!(matches!(page.grants[1], GrantListItem::Oauth(_)), "the tag may come last");
    assert_eq!(page.grants[0].grant_kind(), GrantKind::Oauth);
    assert_eq!(page.grants[0].grant_id(), "g1");
}

#[test]
fn an_agents_secret_may_leave_its_owner_out() {
    let mut item = json!({
        "grant_id": "g", "managed_secret_id": "m", "managed_secret_slug": "s", "managed_secret_name": "n",
        "status": "active", "created_at": "t", "agent_id": "a",
    });
    let read: ManagedSecretGrantItem = serde_json::from_value(item.clone()).expect("the agent says it all");
    assert_eq!(read.principal_type, PrincipalType::Agent);

    item["agent_id"] = json!(null);
    let error = serde_json::from_value::<ManagedSecretGrantItem>(item).expect_err("nobody owns it");
    assert!(error.to_string().contains("missing field `principal_type`"), "{error}");
}

#[test]
fn an_approval_without_gates_has_one() {
    let pending = json!({
        "approval_id": "0b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e", "status": "pending",
        "expires_at": "2026-03-01T09:05:00Z", "expires_in": 300, "approval_url": "https://w.test/1",
    });
    let pending: PendingApproval = serde_json::from_value(pending).expect("the first generation");
    assert_eq!(pending.all_gates()[0].approval_id, pending.approval_id);
    assert_eq!(pending.group_id().uuid(), pending.approval_id.uuid());
    assert!(pending.require_current_shape().is_err());
}

#[test]
fn the_list_of_agents_has_two_names_and_is_written_as_items() {
    for key in ["items", "agents"] {
        let page = json!({ key: [], "total": 0, "limit": 100, "offset": 0, "has_more": false });
        let page: AgentListResult = serde_json::from_value(page).expect("either name");
        assert!(serde_json::to_value(&page).expect("JSON").get("items").is_some());
    }
}
