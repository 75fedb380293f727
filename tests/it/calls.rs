//! The main job through the Rust SDK: the provider receives the credential, the calling code never does.

use alter_client::Outcome;
use alter_testkit::{Canary, EchoProvider, TestVault};
use serde_json::json;

#[tokio::test]
async fn retrieve_mode_hands_the_credential_to_the_provider_only() {
    let (canary, provider, vault) = (Canary::new(1), EchoProvider::start().await, TestVault::start().await);
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let app = vault.client();

    let call =
        app.grant(&grant).post(provider.url("/orders")).query("page", 2).json(&json!({ "item": "tea" }));
    canary.assert_absent("the call before it is sent", format!("{call:?}"));
    let reply = call.reason("morning order").send().await.unwrap();

    let received = provider.last();
    assert_eq!(received.header("authorization"), Some(format!("Bearer {}", canary.text()).as_str()));
    assert_eq!(received.target, "/orders?page=2");
    assert_eq!(&received.body[..], br#"{"item":"tea"}"#);
    for name in ["x-api-key", "x-alter-signature", "cookie"] {
        assert_eq!(received.header(name), None, "{name} must not reach a provider");
    }
    canary.assert_absent("the reply", format!("{reply:?}"));

    assert_eq!(app.close().await.lost, 0);
    let trail = vault.audit().await;
    let events: Vec<_> = trail.iter().map(|row| row.event.as_str()).collect();
    assert!(events.ends_with(&["token.retrieve", "api_call"]), "{events:?}");
    let report = trail.last().unwrap();
    assert_eq!((report.status, report.reason.as_deref()), (Some(200), Some("morning order")));
    canary.assert_absent("the audit trail", serde_json::to_vec(&trail).unwrap());
    canary.assert_absent_in_files(vault.folder());
}

#[tokio::test]
async fn proxy_mode_lets_the_vault_make_the_call() {
    let (canary, provider, vault) = (Canary::new(2), EchoProvider::start().await, TestVault::start().await);
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let app = vault.client();

    let call = app.grant(&grant).post(provider.url("/orders?a=1")).query("page", 2).header("x-shop", "7");
    let outcome = call.json(&json!({ "item": "tea" })).proxy().await.unwrap();
    let Outcome::Done(reply) = outcome else { panic!("no rule asks for approval") };

    assert_eq!(reply.status(), 200);
    let received = provider.last();
    assert_eq!(received.header("authorization"), Some(format!("Bearer {}", canary.text()).as_str()));
    assert_eq!(received.header("x-shop"), Some("7"));
    assert_eq!(received.target, "/orders?a=1&page=2");
    canary.assert_absent("the reply", format!("{reply:?}"));
    canary.assert_absent("the reply's body", reply.bytes());

    let trail = vault.audit().await;
    let events: Vec<_> = trail.iter().map(|row| row.event.as_str()).collect();
    assert!(events.ends_with(&["proxy.execute", "proxy.result"]), "{events:?}");
    canary.assert_absent("the audit trail", serde_json::to_vec(&trail).unwrap());
    canary.assert_absent_in_files(vault.folder());
}

#[tokio::test]
async fn a_provider_that_refuses_is_an_error_in_retrieve_mode_and_an_answer_in_proxy_mode() {
    let (canary, provider, vault) = (Canary::new(3), EchoProvider::start().await, TestVault::start().await);
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    provider.answer_with(http::StatusCode::IM_A_TEAPOT, http::HeaderMap::new(), "short and stout");
    let app = vault.client();

    let error = app.grant(&grant).get(provider.url("/pot")).send().await.unwrap_err();
    assert!(error.is_provider(), "{error}");
    assert_eq!(error.status(), Some(418));
    let reply = app.grant(&grant).get(provider.url("/pot")).any_status().send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.text().unwrap()), (418, "short and stout"));

    let Outcome::Done(reply) = app.grant(&grant).get(provider.url("/pot")).proxy().await.unwrap() else {
        panic!("no rule asks for approval")
    };
    assert_eq!((reply.status().as_u16(), reply.text().unwrap()), (418, "short and stout"));
}

#[tokio::test]
async fn nothing_uses_a_grant_after_its_revocation_was_acknowledged() {
    let (canary, provider, vault) = (Canary::new(4), EchoProvider::start().await, TestVault::start().await);
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let app = vault.client();
    app.grant(&grant).get(provider.url("/")).send().await.unwrap();

    let listed = app.grants().list().await.unwrap();
    assert_eq!((listed.total, listed.grants[0].status()), (1, "active"));
    app.grants().revoke(&grant).await.unwrap();

    let calls_before = provider.received().len();
    for _ in 0..3 {
        let error = app.grant(&grant).get(provider.url("/")).send().await.unwrap_err();
        assert_eq!(error.code(), Some("grant_revoked"));
        let error = app.grant(&grant).get(provider.url("/")).proxy().await.unwrap_err();
        assert_eq!(error.code(), Some("grant_revoked"));
    }
    assert_eq!(provider.received().len(), calls_before, "the provider was called after the revocation");
    assert_eq!(app.grants().list().await.unwrap().grants[0].status(), "revoked");
}

#[tokio::test]
async fn a_credential_goes_to_its_own_hosts_only() {
    let (canary, provider, vault) = (Canary::new(5), EchoProvider::start().await, TestVault::start().await);
    let elsewhere = EchoProvider::start().await;
    let grant = vault.grant("Orders", &provider.origin(), canary.secret()).await;
    let app = vault.client();

    for url in [elsewhere.url("/"), "https://api.example.com/".to_owned()] {
        let error = app.grant(&grant).get(&url).send().await.unwrap_err();
        assert_eq!(error.code(), Some("host_not_allowed"), "{error}");
        let error = app.grant(&grant).get(&url).proxy().await.unwrap_err();
        assert_eq!(error.code(), Some("host_not_allowed"), "{error}");
    }
    assert!(elsewhere.received().is_empty() && provider.received().is_empty());
}
