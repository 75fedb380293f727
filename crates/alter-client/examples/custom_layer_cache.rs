//! A cache: answers the list of grants from memory for a while. In the call seam, above retries and signing. Credentials
//! cannot end up in it: their answers pass no custom layer.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_client::{
    HttpService,
    transport::{self, Body, CallContext, Request, Response},
};
use alter_testkit::TestVault;
use bytes::Bytes;
use tokio::time::Instant;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

type Cache = Arc<Mutex<HashMap<Bytes, (Instant, Bytes)>>>;

async fn cached(cache: Cache, inner: HttpService, request: Request) -> Result<Response, transport::Error> {
    const FRESH: Duration = Duration::from_secs(30);
    let is_list = |cx: &CallContext| cx.operation.name() == "grants.list";
    let key = request.extensions().get().filter(|cx| is_list(cx)).and_then(|_| request.body().as_bytes());
    let Some(key) = key.cloned() else { return inner.oneshot(request).await };
    if let Some((stored, body)) = cache.lock().expect("nobody panics with it").get(&key)
        && stored.elapsed() < FRESH
    {
        return Ok(Response::new(Body::from(body.clone())));
    }
    let response = inner.oneshot(request).await?;
    if let (200, Some(body)) = (response.status().as_u16(), response.body().as_bytes()) {
        cache.lock().expect("nobody panics with it").insert(key, (Instant::now(), body.clone()));
    }
    Ok(response)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cache = Cache::default();
    let layer = layer_fn(move |inner: HttpService| {
        let cache = Arc::clone(&cache);
        service_fn(move |request| cached(Arc::clone(&cache), inner.clone(), request))
    });
    let vault = TestVault::start().await;
    let app = vault.client_builder().call_layer(layer).build()?;

    let before = app.grants().list().await?.total;
    vault.grant("New", "api.example.com", "a-credential".into()).await;
    let (again, other_page) = (app.grants().list().await?.total, app.grants().list().limit(5).await?.total);
    println!("{before} grants, {again} from memory, {other_page} in truth");
    assert_eq!((before, again, other_page), (0, 0, 1));
    app.close().await;
    Ok(())
}
