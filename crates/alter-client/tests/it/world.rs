//! A vault that checks signatures and a provider that echoes, both on loopback, both keeping what they received.

use std::{
    collections::{BTreeMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alter_auth::{Clock as _, SkewWindow, SystemClock, verify};
use alter_client::{ApiKey, App, Builder, Destinations, GrantId, Retry};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    response::Response,
    serve::{IncomingStream, Listener},
};
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const CANARY: &str = "c4n4ry-s3cret-8842";
pub(crate) const GRANT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const AGENT: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
pub(crate) const KEY_ID: &str = "6e700000-0000-4000-8000-000000000001";
pub(crate) const KEY: &str = "alter_rk_abcdefghijklmnopqrstuv_iwpykn";

/// One request as a peer received it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The other end of its connection.
    pub(crate) from: SocketAddr,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

type Answers = BTreeMap<&'static str, (u16, Value)>;

#[derive(Clone, Default)]
struct Peer {
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<Answers>>,
    nonces: Arc<Mutex<HashSet<String>>>,
    is_vault: bool,
    connections: Arc<AtomicUsize>,
    /// How long a peer thinks before it answers at a path.
    delays: Arc<Mutex<BTreeMap<&'static str, Duration>>>,
    /// Further headers of every answer.
    headers: Arc<Mutex<Vec<(&'static str, &'static str)>>>,
}

/// The two peers and a client that knows them.
pub(crate) struct World {
    vault: Peer,
    provider: Peer,
    provider_address: SocketAddr,
    pub(crate) app: App,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(options: impl FnOnce(Builder) -> Builder) -> Self {
        let vault = Peer { is_vault: true, ..Peer::default() };
        let provider = Peer::default();
        let vault_address = serve(vault.clone()).await;
        let provider_address = serve(provider.clone()).await;
        let key: ApiKey = KEY.parse().unwrap();
        let builder = App::builder(key)
            .base_url(format!("http://{vault_address}"))
            .retry(Retry::never())
            .destinations(Destinations::public_only().allow_loopback());
        let app = options(builder).build().unwrap();
        let world = Self { vault, provider, provider_address, app };
        world.vault_answers("/sdk/token", 200, token(json!({})));
        world.vault_answers("/sdk/oauth/audit/api-call", 201, json!({ "logged": true }));
        world.provider_answers(200, json!({ "ok": true }));
        world
    }

    pub(crate) fn vault_answers(&self, path: &'static str, status: u16, body: Value) {
        self.vault.answers.lock().unwrap().insert(path, (status, body));
    }

    pub(crate) fn vault_delays(&self, path: &'static str, time: Duration) {
        self.vault.delays.lock().unwrap().insert(path, time);
    }

    pub(crate) fn provider_delays(&self, time: Duration) {
        self.provider.delays.lock().unwrap().insert("", time);
    }

    pub(crate) fn provider_answers(&self, status: u16, body: Value) {
        self.provider.answers.lock().unwrap().insert("", (status, body));
    }

    /// Adds a header to every answer of the provider from now on.
    pub(crate) fn provider_adds(&self, name: &'static str, value: &'static str) {
        self.provider.headers.lock().unwrap().push((name, value));
    }

    /// Adds a header to every answer of the vault from now on.
    pub(crate) fn vault_adds(&self, name: &'static str, value: &'static str) {
        self.vault.headers.lock().unwrap().push((name, value));
    }

    /// Gives a header of every answer of the vault another value from now on.
    pub(crate) fn vault_sets(&self, name: &'static str, value: &'static str) {
        let mut headers = self.vault.headers.lock().unwrap();
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value));
    }

    /// A URL of the provider.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.provider_address)
    }

    /// What the vault received at `path`.
    pub(crate) fn at_vault(&self, path: &str) -> Vec<Received> {
        let received = self.vault.received.lock().unwrap();
        received.iter().filter(|request| request.target == path).cloned().collect()
    }

    /// Everything the vault received, in its order.
    pub(crate) fn everything_at_vault(&self) -> Vec<Received> {
        self.vault.received.lock().unwrap().clone()
    }

    pub(crate) fn at_provider(&self) -> Vec<Received> {
        self.provider.received.lock().unwrap().clone()
    }

    /// How many connections the vault and the provider saw.
    pub(crate) fn connections(&self) -> (usize, usize) {
        let count = |peer: &Peer| peer.connections.load(Ordering::Relaxed);
        (count(&self.vault), count(&self.provider))
    }

    /// The audit rows, once all are delivered. Closes the client.
    pub(crate) async fn rows(&self) -> Vec<Value> {
        assert_eq!(self.app.close().await.lost, 0);
        self.at_vault("/sdk/oauth/audit/api-call").iter().map(Received::json).collect()
    }
}

pub(crate) fn grant() -> GrantId {
    GRANT.parse().unwrap()
}

pub(crate) fn token(changes: Value) -> Value {
    let mut token = json!({ "access_token": CANARY, "grant_id": GRANT, "provider_id": "acme" });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    token.as_object_mut().unwrap().extend(changes);
    token
}

/// A listener that counts whom it lets in.
struct Counted {
    listener: TcpListener,
    connections: Arc<AtomicUsize>,
}

impl Listener for Counted {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let accepted = Listener::accept(&mut self.listener).await;
        self.connections.fetch_add(1, Ordering::Relaxed);
        accepted
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
struct From(SocketAddr);

impl Connected<IncomingStream<'_, Counted>> for From {
    fn connect_info(stream: IncomingStream<'_, Counted>) -> Self {
        Self(*stream.remote_addr())
    }
}

async fn serve(peer: Peer) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::clone(&peer.connections);
    let router = Router::new().fallback(answer).with_state(peer);
    let router = router.into_make_service_with_connect_info::<From>();
    let listener = Counted { listener, connections };
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn answer(
    State(peer): State<Peer>,
    ConnectInfo(From(from)): ConnectInfo<From>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let received = Received {
        method: head.method.to_string(),
        target: head.uri.path_and_query().unwrap().to_string(),
        headers: head.headers,
        from,
        body: to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    };
    let signed = !peer.is_vault || peer.accepts(&received);
    let key = if peer.is_vault { received.target.clone() } else { String::new() };
    peer.received.lock().unwrap().push(received);
    let delay = peer.delays.lock().unwrap().get(key.as_str()).copied();
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    let (status, body) = if signed {
        let answers = peer.answers.lock().unwrap();
        answers
            .get(key.as_str())
            .cloned()
            .unwrap_or((404, json!({ "error": "not_found", "message": "no such route" })))
    } else {
        (401, json!({ "error": "invalid_signature", "message": "the signature does not cover this request" }))
    };
    let mut response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-request-id", "req-1");
    for (name, value) in peer.headers.lock().unwrap().iter() {
        response = response.header(*name, *value);
    }
    response.body(Body::from(body.to_string())).unwrap()
}

impl Peer {
    /// Signed by the key this vault knows, now, with a nonce it has not seen.
    fn accepts(&self, request: &Received) -> bool {
        let method = request.method.parse().unwrap();
        let now = SystemClock.now();
        let window = SkewWindow::default();
        match verify(&method, &request.target, &request.headers, &request.body, now, window) {
            Ok(verified) => {
                verified.key.expose() == KEY && self.nonces.lock().unwrap().insert(verified.nonce.to_string())
            }
            Err(_) => false,
        }
    }
}
