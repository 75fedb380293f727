//! Grants: listed and ended.

use alter_client::{App, ErrorKind, GrantListItem, Secret, types::PrincipalType};
use serde_json::{Value, json};

use crate::{
    script::{Script, refusal, with},
    world::{GRANT, KEY, World, grant},
};

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

fn oauth_item(id: u32) -> Value {
    json!({
        "grant_kind": "oauth",
        "grant_id": format!("{id:08}-1111-4111-8111-111111111111"),
        "provider_id": "google",
        "status": "active",
        "created_at": "2026-01-01T00:00:00Z",
        "principal_type": "user",
    })
}

fn page(ids: std::ops::Range<u32>, has_more: bool) -> (u16, Value) {
    let grants: Vec<_> = ids.map(oauth_item).collect();
    (200, json!({ "grants": grants, "total": 5, "limit": 2, "offset": 0, "has_more": has_more }))
}

#[tokio::test]
async fn all_grants_come_as_a_stream_a_page_at_a_time() {
    let script = Script::answers([page(0..2, true), page(2..4, true), page(4..5, false)]);
    let app = script.app();
    let mut grants = app.grants().list().limit(2).status("active").stream();
    let mut seen = Vec::new();
    while let Some(grant) = grants.next().await {
        seen.push(grant.unwrap().grant_id()[..8].parse::<u32>().unwrap());
        assert_eq!(script.asked().len(), seen.len().div_ceil(2), "a page is asked for when it is needed");
    }
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(
        bodies,
        [0, 2, 4].map(|offset| format!(r#"{{"limit":2,"offset":{offset},"status":"active"}}"#))
    );
}

#[tokio::test]
async fn a_stream_ends_at_its_first_error_and_at_a_page_that_is_empty() {
    let script = Script::answers([page(0..2, true), (503, json!({}))]);
    let app = script.app();
    let mut grants = app.grants().list().stream();
    assert!(grants.next().await.unwrap().is_ok() && grants.next().await.unwrap().is_ok());
    assert_eq!(grants.next().await.unwrap().unwrap_err().status(), Some(503));
    assert!(grants.next().await.is_none() && script.asked().len() == 2);

    let script = Script::always(200, &page(0..0, true).1);
    let app = script.app();
    assert!(app.grants().list().stream().next().await.is_none());
    assert_eq!(script.asked().len(), 1);
    let mut refused = app.grants().list().limit(0).stream();
    assert_eq!(refused.next().await.unwrap().unwrap_err().kind(), ErrorKind::Value);
}

#[tokio::test]
async fn a_list_tells_its_kinds_apart_and_reads_past_what_it_does_not_understand() {
    let odd = json!({
        "label": 7, "depth": "deep", "delegable": "yes", "scope_constraint": "read", "grant_policy": [],
        "api_base_url": "https://acme.example.com:8443", "parent_grant_id": 1,
    });
    let managed = json!({
        "grant_kind": "managed_secret", "grant_id": GRANT, "managed_secret_id": "m",
        "managed_secret_slug": "acme", "managed_secret_name": "Acme", "status": "active",
        "created_at": "2026-01-01T00:00:00Z", "principal_type": "group", "credential_kind": "novel",
    });
    let good = json!({ "api_base_url": "https://acme.example.com", "depth": 2, "delegable": true });
    let grants = [with(oauth_item(1), odd), with(oauth_item(2), good), managed];
    let body = json!({ "grants": grants, "total": 3, "limit": 100, "offset": 0, "has_more": false });
    let page = Script::answers([(200, body)]).app().grants().list().await.unwrap();
    let [GrantListItem::Oauth(odd), GrantListItem::Oauth(good), GrantListItem::ManagedSecret(managed)] =
        &page.grants[..]
    else {
        panic!("{page:?}")
    };
    assert!(odd.label.is_none() && odd.depth == 0 && !odd.delegable && odd.scope_constraint.is_none());
    assert!(odd.grant_policy.is_none() && odd.parent_grant_id.is_none());
    assert_eq!(
        (odd.api_base_url.as_deref(), good.api_base_url.as_deref()),
        (None, Some("https://acme.example.com"))
    );
    assert_eq!((good.depth, good.delegable), (2, true));
    assert_eq!((managed.principal_type, managed.credential_kind), (PrincipalType::Group, None));
}

#[tokio::test]
async fn an_agent_lists_its_grants_and_names_the_user_itself() {
    let script = Script::always(200, &page(0..1, false).1);
    let agent = script.agent();
    assert_eq!(agent.grants().list().await.unwrap().grants.len(), 1);
    agent.grants().list().as_user(Secret::from("fake.user.jwt")).await.unwrap();
    let bodies: Vec<_> = script.asked().into_iter().map(|asked| asked.body).collect();
    let named = r#"{"limit":100,"offset":0,"user_token":"fake.user.jwt"}"#;
    assert_eq!(bodies, [r#"{"limit":100,"offset":0}"#, named]);
    assert_eq!(agent.grants().list().as_user(Secret::from("")).await.unwrap_err().kind(), ErrorKind::Value);
}

#[tokio::test]
async fn only_a_user_s_own_grant_is_revoked_in_its_name() {
    let done = json!({
        "success": true, "message": "Grant revoked.", "grant_id": GRANT, "revoked_at": "2026-07-01T12:00:00Z",
    });
    let script = Script::answers([(200, done), (404, refusal("grant_not_found"))]);
    let app = script.app();
    let revoke = || app.grants().revoke(&GRANT.parse().unwrap()).as_user(Secret::from("fake.user.jwt"));
    revoke().reason("r").await.unwrap();
    assert!(revoke().await.unwrap_err().is_grant_not_found());
    assert_eq!(script.asked()[0].body, r#"{"reason":"r","user_token":"fake.user.jwt"}"#);
}

#[tokio::test]
async fn an_application_s_users_come_from_its_source_and_an_agent_s_do_not() {
    let script = Script::always(200, &page(0..1, false).1);
    let source = || async { Ok::<_, std::io::Error>(Secret::from("fake.other-user.jwt")) };
    let app = script.connect(App::builder(KEY.parse().unwrap())).user_tokens(source).build().unwrap();
    let agent = script
        .connect(alter_client::Agent::builder(KEY.parse().unwrap()))
        .user_tokens(source)
        .build()
        .unwrap();
    app.grants().list().await.unwrap();
    app.grants().list().as_user(Secret::from("fake.user.jwt")).await.unwrap();
    assert!(app.grants().list().stream().next().await.unwrap().is_ok());
    agent.grants().list().await.unwrap();
    let users: Vec<_> = script
        .asked()
        .iter()
        .map(|asked| serde_json::from_str::<Value>(&asked.body).unwrap()["user_token"].clone())
        .collect();
    assert_eq!(
        users,
        [json!("fake.other-user.jwt"), json!("fake.user.jwt"), json!("fake.other-user.jwt"), Value::Null]
    );
}

#[tokio::test]
async fn a_source_that_fails_lists_and_revokes_nothing() {
    let script = Script::unasked();
    let source = || async { Err::<Secret, _>(std::io::Error::other("session over: fake.user.jwt")) };
    let app = script.connect(App::builder(KEY.parse().unwrap())).user_tokens(source).build().unwrap();
    let listed = app.grants().list().await.unwrap_err();
    let revoked = app.grants().revoke(&grant()).await.unwrap_err();
    for error in [listed, revoked] {
        assert_eq!(error.kind(), ErrorKind::Client);
        assert!(!format!("{error} {error:?}").contains("fake.user.jwt"));
    }
    assert!(script.lines().is_empty());
}

#[tokio::test]
async fn a_source_s_user_revokes_its_own_grants_only() {
    let script = Script::answers([(404, refusal("grant_not_found"))]);
    let source = || async { Ok::<_, std::io::Error>(Secret::from("fake.other-user.jwt")) };
    let app = script.connect(App::builder(KEY.parse().unwrap())).user_tokens(source).build().unwrap();
    assert!(app.grants().revoke(&grant()).reason("r").await.unwrap_err().is_grant_not_found());
    assert_eq!(script.asked()[0].body, r#"{"reason":"r","user_token":"fake.other-user.jwt"}"#);
}
