//! Chaos: makes every other attempt fail, to see that the program copes. In the attempt seam, so that the SDK's own
//! retries are under test too.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use alter_client::{
    HttpService, Retry,
    transport::{self, Request},
};
use alter_testkit::TestVault;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let attempts = Arc::new(AtomicU32::new(0));
    let chaos = {
        let attempts = Arc::clone(&attempts);
        layer_fn(move |inner: HttpService| {
            let attempts = Arc::clone(&attempts);
            service_fn(move |request: Request| {
                let broken = attempts.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
                let inner = inner.clone();
                async move {
                    if broken {
                        return Err(transport::Error::io("chaos"));
                    }
                    inner.oneshot(request).await
                }
            })
        })
    };

    let vault = TestVault::start().await;
    let retry = Retry::default().backoff(Duration::from_millis(1), Duration::from_millis(1));
    let app = vault.client_builder().retry(retry).attempt_layer(chaos).build()?;
    for _ in 0..5 {
        app.grants().list().await?;
    }
    app.close().await;
    println!("5 calls, {} attempts", attempts.load(Ordering::Relaxed));
    assert_eq!(attempts.load(Ordering::Relaxed), 10);
    Ok(())
}
