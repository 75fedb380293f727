//! Metrics: counts the calls to the vault and their attempts, in the call seam. It sees each call once, before anything
//! is signed, and never a call whose answer holds a secret.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex},
};

use alter_client::{
    CallMeta, HttpService,
    transport::{CallContext, Request},
};
use alter_testkit::TestVault;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

type Counters = Arc<Mutex<BTreeMap<(&'static str, u16), u32>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let counters = Counters::default();
    let counting = {
        let counters = Arc::clone(&counters);
        layer_fn(move |inner: HttpService| {
            let counters = Arc::clone(&counters);
            service_fn(move |request: Request| {
                let (inner, counters) = (inner.clone(), Arc::clone(&counters));
                async move {
                    let operation =
                        request.extensions().get::<CallContext>().map_or("other", |cx| cx.operation.name());
                    let response = inner.oneshot(request).await?;
                    let attempts = response.extensions().get::<CallMeta>().map_or(1, |meta| meta.attempts);
                    let key = (operation, response.status().as_u16());
                    *counters.lock().expect("nobody panics with it").entry(key).or_default() += attempts;
                    Ok::<_, alter_client::transport::Error>(response)
                }
            })
        })
    };

    let vault = TestVault::start().await;
    let app = vault.client_builder().call_layer(counting).build()?;
    app.grants().list().await?;
    app.grants().list().limit(10).await?;
    let nobodys = "11111111-2222-4333-8444-555555555555".parse()?;
    app.grants().revoke(&nobodys).await.expect_err("there is no such grant");
    app.close().await;

    let counted = counters.lock().expect("nobody panics with it").clone();
    for ((operation, status), count) in &counted {
        println!("{operation} {status}: {count}");
    }
    assert_eq!(counted[&("grants.list", 200)], 2);
    assert_eq!(counted[&("grants.revoke", 404)], 1);
    Ok(())
}
