//! An order of your own, from public parts: a provider stack that collects nothing, retries nothing and reports nothing,
//! but still checks where it goes before a credential is asked for.

use std::{error::Error, sync::Arc, time::Duration};

use alter_client::{
    auth::SystemClock,
    transport::{
        Body, ConnectOptions, Credential, CredentialSource, Destinations, ErrorKind, HttpTransport, Request,
        layer::{DeadlineLayer, EgressLayer, IdleLayer, InjectLayer},
    },
    types::TokenWire,
};
use alter_testkit::EchoProvider;
use tower::{ServiceBuilder, ServiceExt as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let provider = EchoProvider::start().await;
    let local = Destinations::public_only().allow_loopback();
    let mut connect = ConnectOptions::default();
    connect.destinations = Some(local.clone());
    let stack = ServiceBuilder::new()
        .layer(DeadlineLayer::new(Duration::from_secs(10)))
        .layer(EgressLayer::new(local))
        .layer(InjectLayer::new(Arc::new(SystemClock)))
        .layer(IdleLayer::new(Duration::from_secs(5)))
        .service(HttpTransport::new(&connect)?);

    let request = |url: String| -> Result<Request, Box<dyn Error>> {
        let token = TokenWire::new("a-credential".into(), "11111111-2222-4333-8444-555555555555".parse()?);
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = url.parse()?;
        request.extensions_mut().insert(CredentialSource::in_hand(Credential::new(token)?));
        Ok(request)
    };
    let response = stack.clone().oneshot(request(provider.url("/v1/me"))?).await?;
    println!("{} {:?}", response.status(), response.into_body().collect(1000).await?);
    assert_eq!(provider.last().header("authorization"), Some("Bearer a-credential"));

    let refused = stack
        .oneshot(request("https://169.254.169.254/latest".to_owned())?)
        .await
        .expect_err("it is refused");
    println!("{refused}");
    assert!(matches!(refused.kind(), ErrorKind::Refused(_)));
    Ok(())
}
