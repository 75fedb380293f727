//! The real transport, on loopback.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alter_transport::{
    AddressRange, Body, BoxError, BoxFuture, ConnectOptions, Credential, CredentialSource,
    CustomTransport as _, Destinations, ErrorKind, HttpTransport, ProvideCredential, ProviderOptions,
    ProviderPlane, Refusal, Request,
};
use axum::{Router, routing::any};
use http::Method;
use serde_json::json;
use tokio::{net::TcpListener, sync::Notify};
use tower::ServiceExt as _;

use crate::support::{CANARY, clock, in_hand, read, request, token};

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn open() -> HttpTransport {
    HttpTransport::new(&ConnectOptions::default()).unwrap()
}

fn guarded(destinations: Destinations) -> HttpTransport {
    let mut options = ConnectOptions::default();
    options.destinations = Some(destinations);
    HttpTransport::new(&options).unwrap()
}

fn get(uri: &str) -> Request {
    request(Method::GET, uri, "")
}

#[tokio::test]
async fn a_call_goes_out_with_its_credential_and_redirects_are_not_followed() {
    let echo = any(|request: axum::extract::Request| async move {
        let sent = request.headers()["authorization"].to_str().unwrap().to_owned();
        (http::StatusCode::FOUND, [("location", "/elsewhere"), ("set-cookie", "a=b")], sent)
    });
    let address = serve(Router::new().route("/v1", echo)).await;
    let local = Destinations::public_only().allow_loopback();
    let mut options = ProviderOptions::new(clock());
    options.destinations = local.clone();
    let plane = ProviderPlane::new(options, guarded(local).erase());
    for _ in 0..2 {
        let response = plane.call(read(), in_hand(), get(&format!("http://{address}/v1"))).await.unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(
            &response.into_body().collect(1000).await.unwrap()[..],
            format!("Bearer {CANARY}").as_bytes()
        );
    }
}

#[tokio::test]
async fn a_name_is_judged_by_the_address_it_resolves_to() {
    let address = serve(Router::new().route("/", any(|| async { "reached" }))).await;
    let by_name = format!("http://localhost:{}/", address.port());
    let by_address = format!("http://{address}/");
    // The resolver and the literal check are in the connector, so this holds without the egress layer too.
    for uri in [&by_name, &by_address] {
        let error = guarded(Destinations::public_only()).oneshot(get(uri)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Address(AddressRange::Loopback)), "{uri}");
    }
    let response = guarded(Destinations::public_only().allow_host("localhost")).oneshot(get(&by_name)).await;
    assert_eq!(response.unwrap().status(), 200);
    assert_eq!(open().oneshot(get(&by_address)).await.unwrap().status(), 200);
}

#[tokio::test]
async fn plain_http_goes_to_this_machine_only() {
    let error = open().oneshot(get("http://192.0.2.1/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Scheme));
}

#[tokio::test]
async fn a_closed_port_is_a_connect_error_and_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = open().oneshot(get(&format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn tls_that_never_answers_is_bounded_by_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            silent.push(connection);
        }
    });
    let mut options = ConnectOptions::default();
    options.connect_timeout = Duration::from_millis(100);
    let transport = HttpTransport::new(&options).unwrap();
    let error = transport.oneshot(get(&format!("https://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_is_an_io_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        tokio::io::AsyncReadExt::read(&mut connection, &mut request).await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
        tokio::io::AsyncWriteExt::write_all(&mut connection, head).await.unwrap();
    });
    let response = open().oneshot(get(&format!("http://{address}/"))).await.unwrap();
    let error = response.into_body().collect(1000).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit_whatever_its_length_says() {
    let address = serve(Router::new().route("/", any(|| async { vec![b'a'; 100_000] }))).await;
    let body = |limit: usize| async move {
        let response = open().oneshot(get(&format!("http://{address}/"))).await.unwrap();
        Body::collect(response.into_body(), limit).await
    };
    assert_eq!(body(100_000).await.unwrap().len(), 100_000);
    assert_eq!(body(99_999).await.unwrap_err().kind(), ErrorKind::BodyTooLarge { limit: 99_999 });
}

#[tokio::test]
async fn a_connection_opened_ahead_is_the_one_that_is_used_and_not_opened_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let service = hyper_util::service::TowerToHyperService::new(
                Router::new().route("/", any(|| async { "ok" })),
            );
            let connection = hyper_util::rt::TokioIo::new(connection);
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(connection, service));
        }
    });
    let transport = open();
    let uri = format!("http://{address}/");
    transport.preconnect().start(&uri.parse().unwrap());
    while accepted.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        transport.preconnect().start(&uri.parse().unwrap());
        assert_eq!(transport.clone().oneshot(get(&uri)).await.unwrap().status(), 200);
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_ahead_of_time_is_the_failure_of_the_request_that_follows() {
    let transport = guarded(Destinations::public_only());
    let uri = "https://localhost:1/";
    transport.preconnect().start(&uri.parse().unwrap());
    let error = transport.clone().oneshot(get(uri)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Address(AddressRange::Loopback)));
    let error = transport.oneshot(get(uri)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused(_)), "and nothing of it is left behind");
}

#[test]
fn a_shared_transport_serves_one_runtime_after_the_other() {
    // A connection of a runtime that no longer runs must not be waited for.
    let (address, _server) = {
        let (tell, told) = std::sync::mpsc::channel();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tell.send(serve(Router::new().route("/", any(|| async { "ok" }))).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        (told.recv().unwrap(), server)
    };
    let shared = || HttpTransport::shared(&ConnectOptions::default()).unwrap();
    let first = shared();
    let runtimes: Vec<_> =
        (0..3).map(|_| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()).collect();
    for runtime in runtimes.iter().chain(&runtimes) {
        let call = first.clone().oneshot(get(&format!("http://{address}/")));
        let in_time = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), call).await });
        assert_eq!(in_time.expect("no runtime waits for another").unwrap().status(), 200);
    }
}

#[tokio::test]
async fn the_provider_is_connected_to_while_the_credential_is_fetched() {
    /// Hands the credential out only once somebody has connected to the provider.
    struct Slow(Arc<Notify>);
    impl ProvideCredential for Slow {
        fn credential<'a>(
            &'a self,
            _: &'a Method,
            _: &'a str,
        ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>> {
            Box::pin(async {
                self.0.notified().await;
                Ok(Arc::new(Credential::new(token(json!({})))?))
            })
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connected = Arc::new(Notify::new());
    let notify = Arc::clone(&connected);
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        notify.notify_one();
        tokio::io::AsyncReadExt::read(&mut connection, &mut [0; 1024]).await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut connection, answer).await.unwrap();
    });
    let local = Destinations::public_only().allow_loopback();
    let transport = guarded(local.clone());
    let mut options = ProviderOptions::new(clock());
    options.destinations = local;
    options.preconnect = Some(transport.preconnect());
    options.timeout = Duration::from_secs(5);
    let plane = ProviderPlane::new(options, transport.erase());
    let source = CredentialSource::new(Slow(connected));
    let response = plane.call(read(), source, get(&format!("http://{address}/"))).await.unwrap();
    assert_eq!(response.status(), 200);
}
