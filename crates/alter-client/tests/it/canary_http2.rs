//! The canary test over HTTP/2, whose implementation logs every frame it sends and receives.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex, mpsc},
};

use alter_client::{App, Caller, Destinations, Roots, Secret};
use alter_testkit::{TestAuthority, Validity};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tracing::subscriber::NoSubscriber;

use crate::{
    log::Log,
    world::{CANARY, KEY, grant, token},
};

const JWT: &str = "another.user.jwt";

type Received = Arc<Mutex<Vec<(Version, String, HeaderMap)>>>;

/// A vault and a provider in one, over TLS and HTTP/2, on a thread of their own: what they log themselves is not what
/// this test is about.
fn start_peer(tls: Arc<ServerConfig>) -> (String, Received) {
    let received = Received::default();
    let kept = Arc::clone(&received);
    let (address, announced) = mpsc::channel();
    std::thread::spawn(move || {
        let _quiet = tracing::subscriber::set_default(NoSubscriber::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            address.send(listener.local_addr().unwrap().port()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, kept) = (TlsAcceptor::from(Arc::clone(&tls)), Arc::clone(&kept));
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.unwrap();
                    let answer = service_fn(move |request| std::future::ready(answer(&kept, &request)));
                    let serving = http2::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), answer);
                    let _ = serving.await;
                });
            }
        });
    });
    (format!("https://localhost:{}", announced.recv().unwrap()), received)
}

fn answer(kept: &Received, request: &Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    kept.lock().unwrap().push((request.version(), path.clone(), request.headers().clone()));
    let body = match path.as_str() {
        "/sdk/token" => token(json!({})),
        // The provider repeats what it was sent.
        "/v1/me" => json!({ "you sent": request.headers()["authorization"].to_str().unwrap() }),
        _ => json!({ "logged": true }),
    };
    Ok(Response::new(Full::from(body.to_string())))
}

#[tokio::test]
async fn no_frame_that_is_logged_shows_a_secret() {
    let (log, _guard) = Log::of_this_thread();
    let authority = TestAuthority::new();
    let (url, received) = start_peer(authority.server_config(Validity::Current, &["h2"]));
    let app = App::builder(KEY.parse().unwrap())
        .base_url(&url)
        .roots(Roots::none().add_pem(authority.root_pem()).unwrap())
        .destinations(Destinations::public_only().allow_loopback())
        .caller(Caller::service("billing").unwrap())
        .build()
        .unwrap();

    let access = app.grant(&grant()).as_user(Secret::from(JWT));
    let reply = access.post(format!("{url}/v1/me")).json(&json!({ "a": 1 })).send().await.unwrap();
    assert!(reply.text().unwrap().contains(CANARY), "the caller gets the answer as it is");
    let again = access.get(format!("{url}/v1/me")).send().await.unwrap();
    assert_eq!(app.close().await.lost, 0);

    let received = received.lock().unwrap().clone();
    assert!(received.iter().all(|(version, ..)| *version == Version::HTTP_2), "{received:?}");
    let signatures: Vec<_> =
        received.iter().filter_map(|(.., headers)| headers.get("x-alter-signature")?.to_str().ok()).collect();
    assert_eq!(signatures.len(), 4, "two credentials and two rows");
    let log = log.text();
    for noisy in ["h2::codec", "h2::proto", "hyper_util", "alter_transport"] {
        assert!(log.contains(noisy), "nothing was logged by {noisy}");
    }
    for secret in signatures.into_iter().chain([CANARY, KEY, JWT]) {
        let around = log.find(secret).map(|at| &log[at.saturating_sub(300)..at]);
        assert_eq!(around, None, "{secret} is in the log");
    }
    assert!(!format!("{reply:?} {again:?}").contains(CANARY));
}
