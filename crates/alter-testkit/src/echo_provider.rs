//! [`EchoProvider`]: a real HTTP server on loopback that plays another company's API and records what it received.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

/// One request as the provider received it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Received {
    /// Method.
    pub method: Method,
    /// Path and query as on the request line.
    pub target: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Received {
    /// The one value of a header, if it is there as visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A running provider. Stops when dropped.
#[derive(Debug)]
pub struct EchoProvider {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    answer: Mutex<Option<Answer>>,
}

#[derive(Debug, Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl EchoProvider {
    /// Starts a provider on a free loopback port. Until told otherwise it answers 200 with a JSON object that
    /// repeats method, target and body, and never a header.
    ///
    /// # Panics
    /// If no loopback port can be had.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let app = Router::new().fallback(receive).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Self { address, shared, task }
    }

    /// `http://127.0.0.1:PORT`, as a secret's host rule names it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A URL on this provider.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers every further request with this.
    pub fn answer_with(&self, status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) {
        *lock(&self.shared.answer) = Some(Answer { status, headers, body: body.into() });
    }

    /// Everything received so far, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// The newest request.
    ///
    /// # Panics
    /// If there was none.
    #[must_use]
    pub fn last(&self) -> Received {
        self.received().pop().expect("the provider received a request")
    }
}

impl Drop for EchoProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap_or_default();
    let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let echo = json!({
        "method": head.method.as_str(),
        "target": target,
        "body": String::from_utf8_lossy(&body),
    });
    lock(&shared.received).push(Received { method: head.method, target, headers: head.headers, body });
    match lock(&shared.answer).clone() {
        Some(answer) => (answer.status, answer.headers, answer.body).into_response(),
        None => ([(http::header::CONTENT_TYPE, "application/json")], echo.to_string()).into_response(),
    }
}
