//! A vault that is a list of answers, in this process: for operations whose requests and answers are all there is.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_client::{
    Agent, ApiKey, App, Builder, HttpLayer, HttpService, Retry,
    transport::{Body, Request},
};
use http::{HeaderMap, Response};
use serde_json::{Value, json};
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::world::KEY;

pub(crate) const AGENT: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
pub(crate) const KEY_ID: &str = "6e700000-0000-4000-8000-000000000001";

/// One request as the vault got it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Method, path and query.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    /// Empty if there was none.
    pub(crate) body: String,
}

/// Gives its answers in order, then refuses.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Desk {
    pub(crate) fn new(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        let desk = Self::default();
        for (status, body) in answers {
            desk.answers.lock().unwrap().push_back((status, body.to_string()));
        }
        desk
    }

    /// The same answer whatever is asked, a hundred times.
    pub(crate) fn always(status: u16, body: &Value) -> Self {
        Self::new(std::iter::repeat_n((status, body.clone()), 100))
    }

    /// Answers once more, with bytes that need not be JSON.
    pub(crate) fn then(self, status: u16, body: impl Into<String>) -> Self {
        self.answers.lock().unwrap().push_back((status, body.into()));
        self
    }

    pub(crate) fn app(&self) -> App {
        self.dress(App::builder(key())).build().unwrap()
    }

    pub(crate) fn agent(&self) -> Agent {
        self.dress(Agent::builder(key())).build().unwrap()
    }

    /// An application's client whose vault takes its time.
    pub(crate) fn slow(&self, time: Duration) -> App {
        let slow = HttpLayer::new(layer_fn(move |inner: HttpService| {
            service_fn(move |request: Request| {
                let inner = inner.clone();
                async move {
                    tokio::time::sleep(time).await;
                    inner.oneshot(request).await
                }
            })
        }));
        self.dress(App::builder(key())).attempt_layer(slow).build().unwrap()
    }

    pub(crate) fn dress<T>(&self, builder: Builder<T>) -> Builder<T> {
        let desk = self.clone();
        builder.base_url("https://vault.example.com").retry(Retry::never()).danger_backend_transport(
            service_fn(move |request: Request| {
                let response = desk.answer(request);
                async move { Ok::<_, Infallible>(response) }
            }),
        )
    }

    fn answer(&self, request: Request) -> Response<Body> {
        let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        let (head, body) = request.into_parts();
        let body = String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap();
        self.asked.lock().unwrap().push(Asked { line, headers: head.headers, body });
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap_or_else(|| {
            (418, json!({ "error": "no_more_answers", "message": "The script is at its end." }).to_string())
        });
        Response::builder().status(status).body(Body::from(body.into_bytes())).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The request lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// The only request: its line and body.
    pub(crate) fn only(&self) -> (String, String) {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        (asked[0].line.clone(), asked[0].body.clone())
    }
}

pub(crate) fn key() -> ApiKey {
    KEY.parse().unwrap()
}

/// An object with further fields, or others in place of its own.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    object.as_object_mut().unwrap().extend(changes);
    object
}

/// A refusal.
pub(crate) fn refusal(code: &str) -> Value {
    json!({ "error": code, "message": "No.", "hint": "Ask the operator." })
}
