//! A vault inside a web service of your own: one process, one socket, one file, the vault under `/vault`.

use std::{error::Error, future::pending, sync::Arc};

use alter_auth::{SystemClock, SystemRandom};
use alter_client::App;
use alter_server::{
    ServerConfig, ServerState, service,
    vault::{MasterKey, NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault, VaultOptions},
};
use alter_testkit::EchoProvider;
use alter_transport::Destinations;
use axum::{Router, routing::get};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let provider = EchoProvider::start().await;
    let folder = tempfile::tempdir()?;
    let (clock, random) = (Arc::new(SystemClock), SystemRandom::new());

    // The vault as a library. Keep the master key: without it the file cannot be read again.
    let master = MasterKey::generate(&random)?;
    let vault = Vault::open(VaultOptions::new(folder.path().join("vault.db")), &master)?;
    let shop = vault.create_app("shop").await?;
    let (_, key) = vault.create_key(shop.id, NewKey::runtime("web", Scope::backend())).await?;
    let secret = NewSecret::new("Acme", vec![provider.origin().parse()?], "acme-credential".into());
    let secret = vault.create_secret(shop.id, secret).await?;
    let grant = vault.create_grant(shop.id, NewGrant::of(SecretRef::Slug(secret.slug))).await?;

    // Its HTTP face is a tower service: it goes wherever a router of yours puts it.
    let mut config = ServerConfig::default();
    config.egress.destinations = Destinations::public_only().allow_loopback(); // the provider is on this machine
    let state = ServerState::new(vault.clone(), config, clock, &random)?;
    let routes =
        Router::new().route("/hello", get(|| async { "hello" })).nest_service("/vault", service(state));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, routes).with_graceful_shutdown(pending()).await });

    // Any SDK finds it by its address, prefix included.
    let app = App::builder(key).base_url(format!("http://{address}/vault")).build()?;
    let reply = app.grant(&grant.id).get(provider.url("/v1/me")).proxy().await?.reply().expect("it was made");
    println!("{} {}", reply.status(), reply.text()?);
    assert_eq!(provider.last().header("authorization"), Some("Bearer acme-credential"));
    assert_eq!(vault.verify_chain().await?.broken, None);

    app.close().await;
    vault.close().await;
    Ok(())
}
