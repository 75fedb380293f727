//! A vault that answers from a list, in memory: no sockets, so that paused time runs by itself.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_client::{
    Agent, ApiKey, App, Builder, Retry,
    transport::{Body, Error, Request, Response},
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tower::service_fn;

use crate::world::KEY;

/// What the vault does with one request.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    what: What,
    after: Duration,
    headers: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
enum What {
    Says(u16, Vec<u8>),
    Unreachable,
}

/// Answers with that status and JSON.
#[expect(clippy::needless_pass_by_value, reason = "reads better at the call with `json!`")]
pub(crate) fn says(status: u16, body: Value) -> Step {
    says_text(status, &body.to_string())
}

/// Answers with that status and whatever text.
pub(crate) fn says_text(status: u16, body: &str) -> Step {
    Step { what: What::Says(status, body.as_bytes().to_vec()), after: Duration::ZERO, headers: Vec::new() }
}

/// Cannot be reached.
pub(crate) fn unreachable() -> Step {
    Step { what: What::Unreachable, after: Duration::ZERO, headers: Vec::new() }
}

impl Step {
    /// Takes that many seconds first.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.after = Duration::from_secs(seconds);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// One request as the vault received it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Seconds since the script began.
    pub(crate) at: f64,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    /// Method, path and query.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The list and what was received. The last step is repeated for ever.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    began: Instant,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = Arc::new(Mutex::new(steps.into_iter().collect()));
        Self { steps, asked: Arc::default(), began: Instant::now() }
    }

    /// These answers in turn.
    pub(crate) fn answers(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        Self::new(answers.into_iter().map(|(status, body)| says(status, body)))
    }

    /// This answer, whatever is asked.
    pub(crate) fn always(status: u16, body: &Value) -> Self {
        Self::answers([(status, body.clone())])
    }

    /// Nothing is asked.
    pub(crate) fn unasked() -> Self {
        Self::new([])
    }

    /// An application's client of this vault that tries nothing twice by itself.
    pub(crate) fn app(&self) -> App {
        self.app_with(|builder| builder)
    }

    pub(crate) fn app_with(&self, options: impl FnOnce(Builder) -> Builder) -> App {
        let key: ApiKey = KEY.parse().unwrap();
        options(self.connect(App::builder(key))).build().unwrap()
    }

    /// An agent's client of this vault.
    pub(crate) fn agent(&self) -> Agent {
        let key: ApiKey = KEY.parse().unwrap();
        self.connect(Agent::builder(key)).build().unwrap()
    }

    pub(crate) fn connect<T>(&self, builder: Builder<T>) -> Builder<T> {
        let script = self.clone();
        builder
            .base_url("https://vault.example.com")
            .retry(Retry::never())
            .danger_backend_transport(service_fn(move |request| script.clone().answer(request)))
    }

    async fn answer(self, request: Request) -> Result<Response, Error> {
        let (head, body) = request.into_parts();
        let body = body.as_bytes().cloned().unwrap_or_default();
        self.asked.lock().unwrap().push(Asked {
            at: self.began.elapsed().as_secs_f64(),
            method: head.method.to_string(),
            target: head.uri.path_and_query().unwrap().to_string(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let step = {
            let mut steps = self.steps.lock().unwrap();
            let next = steps.pop_front().expect("the script has a step");
            if steps.is_empty() {
                steps.push_back(next.clone());
            }
            next
        };
        sleep(step.after).await;
        let What::Says(status, body) = step.what else { return Err(Error::connect("refused")) };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in step.headers {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        Ok(response)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The only request: its line and its body.
    pub(crate) fn only(&self) -> (String, String) {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        (asked[0].line(), asked[0].body.clone())
    }

    /// The lines of all requests, in turn.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }

    /// What was asked for, in turn.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.target).collect()
    }

    /// When it was asked, in whole seconds since the beginning.
    pub(crate) fn times(&self) -> Vec<u64> {
        self.asked().into_iter().map(|asked| asked.at as u64).collect()
    }
}

/// An object with further fields, or others in place of its own.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    object.as_object_mut().unwrap().extend(changes);
    object
}

/// The body of a refusal.
pub(crate) fn refusal(code: &str) -> Value {
    json!({ "error": code, "message": "No.", "hint": "Ask the operator." })
}
