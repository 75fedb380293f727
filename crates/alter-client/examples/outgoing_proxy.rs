//! An outgoing proxy: provider calls leave through a company's HTTP proxy (CONNECT), TLS from end to end. The proxy sees
//! host names and bytes it cannot read.
//!
//! The transport is yours, hence `danger_`: it holds live credentials, and host names are no longer judged by their
//! addresses, because the proxy resolves them.

use std::error::Error;

use alter_client::transport::{Body, Request};
use alter_testkit::{ConnectProxy, ScriptedServer, TestAuthority, TestVault, Validity};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, proxy::Tunnel},
    },
    rt::TokioExecutor,
};
use tower::service_fn;

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

    // Through the proxy, then TLS with whoever answers at the other end.
    let tunnel = Tunnel::new(proxy.url().parse()?, HttpConnector::new());
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(authority.client_config())
        .https_only()
        .enable_http1()
        .wrap_connector(tunnel);
    let client = Client::builder(TokioExecutor::new()).build::<_, Body>(https);
    let transport = service_fn(move |request: Request| {
        let answer = client.request(request);
        async move { answer.await.map(|response| response.map(Body::from)) }
    });

    let vault = TestVault::start().await;
    let grant = vault.grant("Provider", &provider.host(), "a-credential".into()).await;
    let app = vault.client_builder().danger_provider_transport(transport).build()?;
    let reply = app.grant(&grant).get(provider.url("/v1/me")).send().await?;
    println!("{:?} through {:?}", reply.text()?, proxy.tunnels());
    assert_eq!((reply.text()?, proxy.tunnels()), ("hello", vec![provider.host()]));
    app.close().await;
    Ok(())
}
