//! Trace propagation: sends the W3C `traceparent` of the task that makes the call, to the vault and to the provider. With
//! OpenTelemetry, read it from `Context::current()` instead of the task-local here.

use std::error::Error;

use alter_client::{HttpLayer, HttpService, transport::CustomLayer as _, transport::Request};
use alter_testkit::{EchoProvider, TestVault};
use tower::{layer::layer_fn, util::MapRequest};

tokio::task_local! {
    static TRACEPARENT: String;
}

/// Adds the header. It is not covered by the signature, and the vault does not need it.
fn propagate() -> HttpLayer {
    layer_fn(|inner: HttpService| {
        MapRequest::new(inner, |mut request: Request| {
            if let Ok(Ok(value)) = TRACEPARENT.try_with(|parent| parent.parse()) {
                request.headers_mut().insert("traceparent", value);
            }
            request
        })
    })
    .erase()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let vault = TestVault::start().await;
    let provider = EchoProvider::start().await;
    let grant = vault.grant("Echo", &provider.origin(), "a-credential".into()).await;
    let app = vault.client_builder().attempt_layer(propagate()).provider_layer(propagate()).build()?;

    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let call = app.grant(&grant).get(provider.url("/v1/me")).send();
    TRACEPARENT.scope(parent.to_owned(), call).await?;
    app.close().await;

    println!("the provider saw {:?}", provider.last().header("traceparent"));
    assert_eq!(provider.last().header("traceparent"), Some(parent));
    Ok(())
}
