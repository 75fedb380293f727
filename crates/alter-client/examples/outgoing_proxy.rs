//! An outgoing proxy: calls leave through a company's HTTP proxy (CONNECT), TLS from end to end. The proxy sees host names
//! and bytes it cannot read.
//!
//! A program that is configured by `HTTPS_PROXY` and `NO_PROXY` says `.outgoing_proxy_from_env()?` instead; without either
//! call no variable is looked at.

use std::error::Error;

use alter_client::{OutgoingProxy, Roots};
use alter_testkit::{ConnectProxy, ScriptedServer, TestAuthority, TestVault, Validity};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, &["http/1.1"]);
    let provider = ScriptedServer::start(tls, |mut peer| async move {
        while peer.request().await.is_some() {
            peer.say("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
        }
    })
    .await;
    let proxy = ConnectProxy::start().await;
    let vault = TestVault::start().await;
    let grant = vault.grant("Provider", &provider.host(), "a-credential".into()).await;

    let app = vault
        .client_builder()
        .outgoing_proxy(OutgoingProxy::new(&proxy.url())?.except("intranet.example.com"))
        .roots(Roots::system().add_pem(authority.root_pem())?)
        .build()?;
    let reply = app.grant(&grant).get(provider.url("/v1/me")).send().await?;
    println!("{:?} through {:?}", reply.text()?, proxy.tunnels());
    assert_eq!((reply.text()?, proxy.tunnels()), ("hello", vec![provider.host()]));
    app.close().await;
    Ok(())
}
