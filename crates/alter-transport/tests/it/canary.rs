//! No level of logging and no `Debug` shows a key, a signature or a credential.

use std::{
    io,
    sync::{Arc, Mutex},
};

use alter_transport::{
    BackendPlane, ConnectOptions, CustomTransport as _, Destinations, HttpTransport, Identity,
    ProviderOptions, ProviderPlane,
};
use axum::{Router, routing::any};
use http::Method;
use serde_json::json;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{
    CANARY, KEY, Rows, backend_options, clock, in_hand, read, request, token, vault_request,
};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_of_everything_holds_no_secret_path_query_or_body() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .with_ansi(false)
        .finish();
    // For the whole binary: what the tests beside this one log is searched as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let router = Router::new().fallback(any(|| async { CANARY }));
        axum::serve(listener, router).await
    });
    let local = Destinations::public_only().allow_loopback();
    let mut connect = ConnectOptions::default();
    connect.destinations = Some(local.clone());
    let transport = HttpTransport::new(&connect).unwrap();
    let mut options = ProviderOptions::new(clock());
    options.destinations = local;
    options.audit = Some(Rows::new().queue());
    let provider = ProviderPlane::new(options, transport.clone().erase());
    let source = alter_transport::CredentialSource::in_hand(
        alter_transport::Credential::new(token(json!({ "additional_injections":
            [{ "target": "query_param", "key": "key", "value_source": "token" }] })))
        .unwrap(),
    );
    let uri = format!("http://{address}/path-nobody-logs?query=nobody-logs");
    provider.call(read(), source, request(Method::POST, &uri, "body-nobody-logs")).await.unwrap();

    let mut options = backend_options(Identity::new(None));
    options.base_url = format!("http://{address}").parse().unwrap();
    let backend = BackendPlane::new(options, transport.erase());
    let uri = format!("http://{address}/sdk/token");
    backend.call(read(), request(Method::POST, &uri, "body-nobody-logs")).await.unwrap();

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("provider answered") && log.contains("backend answered"), "{log}");
    let ours: String = log.lines().filter(|line| line.contains("alter_transport")).collect();
    for forbidden in [CANARY, KEY] {
        assert!(!log.contains(forbidden), "{forbidden} in:\n{log}");
    }
    for private in ["nobody-logs", "/sdk/token"] {
        assert!(!ours.contains(private), "{private} in:\n{ours}");
    }
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let options = backend_options(Identity::new(None));
    let texts = [
        format!("{options:?}"),
        format!("{:?}", BackendPlane::new(options, crate::support::statuses(&[200]).0)),
        format!("{:?} {:?}", in_hand(), vault_request()),
        format!("{:?}", alter_transport::Credential::new(token(json!({})))),
    ];
    for text in texts {
        assert!(!text.contains(CANARY) && !text.contains(KEY), "{text}");
    }
}
