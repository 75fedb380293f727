//! Calls that leave through an HTTP proxy.

use alter_client::{App, Destinations, ErrorKind, OutgoingProxy, Roots};
use alter_testkit::{ConnectProxy, ScriptedServer, TestAuthority, TestVault, Validity};

/// A provider over TLS, a vault with a grant for it, and a client that leaves through `proxy`.
async fn world(proxy: OutgoingProxy) -> (ScriptedServer, TestVault, App, alter_client::GrantId) {
    let authority = TestAuthority::new();
    let provider = ScriptedServer::start(
        authority.server_config(Validity::Current, &["http/1.1"]),
        |mut peer| async move {
            while peer.request().await.is_some() {
                peer.say("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
            }
        },
    )
    .await;
    let vault = TestVault::start().await;
    let grant = vault.grant("Provider", &provider.host(), "a-credential".into()).await;
    let app = vault
        .client_builder()
        .roots(Roots::none().add_pem(authority.root_pem()).unwrap())
        .destinations(Destinations::public_only().allow_loopback())
        .outgoing_proxy(proxy)
        .build()
        .unwrap();
    (provider, vault, app, grant)
}

#[tokio::test]
async fn a_provider_call_leaves_through_the_proxy_and_stays_unreadable_to_it() {
    let proxy = ConnectProxy::start().await;
    let (provider, _vault, app, grant) = world(OutgoingProxy::new(&proxy.url()).unwrap()).await;
    let reply = app.grant(&grant).get(provider.url("/v1/me")).send().await.unwrap();
    assert_eq!(reply.text().unwrap(), "hello");
    assert_eq!(proxy.tunnels(), [provider.host()], "one tunnel, and none to the vault on this machine");
    app.close().await;
}

#[tokio::test]
async fn an_exception_goes_without_it() {
    let proxy = ConnectProxy::start().await;
    let outgoing = OutgoingProxy::new(&proxy.url()).unwrap().except("localhost,127.0.0.1");
    let (provider, _vault, app, grant) = world(outgoing).await;
    app.grant(&grant).get(provider.url("/v1/me")).send().await.unwrap();
    assert!(proxy.tunnels().is_empty());
    app.close().await;
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_an_error_and_nothing_was_sent() {
    let closed = ConnectProxy::start().await.url();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let (provider, _vault, app, grant) = world(OutgoingProxy::new(&closed).unwrap()).await;
    let error = app.grant(&grant).get(provider.url("/v1/me")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
    assert!(!error.may_have_executed());
    assert!(provider.received().is_empty());
    app.close().await;
}
