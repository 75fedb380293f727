//! A scripted transport that remembers what reached it, and planes over it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_auth::{ApiKey, ManualClock, SeededRandom, Signer};
use alter_transport::{
    AuditLimits, AuditQueue, AuditRow, AuditSink, BackendOptions, BackendPlane, Body, BoxError, BoxFuture,
    CallContext, Credential, CredentialSource, CustomTransport as _, Delivery, Error, HttpService, Identity,
    Operation, ProvideCredential, ProviderOptions, ProviderPlane, Request, Response,
};
use alter_types::TokenWire;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::json;
use tower::service_fn;

pub(crate) const CANARY: &str = "c4n4ry-s3cret-8842";
pub(crate) const KEY: &str = "alter_rk_abcdefghijklmnopqrstuv_iwpykn";
pub(crate) const GRANT: &str = "11111111-2222-4333-8444-555555555555";

pub(crate) const READ: Operation = Operation::new("test.read").safe_to_repeat().with_context();
pub(crate) const WRITE: Operation = Operation::new("test.write").with_context();

/// What reached the bottom.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

pub(crate) type Log = Arc<Mutex<Vec<Arrived>>>;

/// A transport that answers request number `n` (from 1) with `answer(n)`.
pub(crate) fn scripted<F, A>(answer: F) -> (HttpService, Log)
where
    F: Fn(usize) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Response, Error>> + Send + 'static,
{
    let log = Log::default();
    let seen = Arc::clone(&log);
    let answer = Arc::new(answer);
    let service = service_fn(move |request: Request| {
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(Arrived {
                method: request.method().clone(),
                uri: request.uri().clone(),
                headers: request.headers().clone(),
            });
            seen.len()
        };
        answer(number)
    });
    (service.erase(), log)
}

pub(crate) fn answer(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

pub(crate) fn answer_json(status: u16, body: &serde_json::Value) -> Response {
    let mut response = answer(status);
    *response.body_mut() = Body::from(body.to_string().into_bytes());
    response
}

/// A transport that answers with these statuses in turn, the last one for ever.
pub(crate) fn statuses(list: &'static [u16]) -> (HttpService, Log) {
    scripted(move |number| std::future::ready(Ok(answer(list[(number - 1).min(list.len() - 1)]))))
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(1_767_225_600))
}

pub(crate) fn backend_options(identity: Identity) -> BackendOptions {
    let key: ApiKey = KEY.parse().unwrap();
    BackendOptions::new(
        "https://vault.example.com/prefix".parse().unwrap(),
        Signer::new(key),
        identity,
        clock(),
        Arc::new(SeededRandom::new(7)),
    )
}

pub(crate) fn backend(bottom: HttpService) -> BackendPlane {
    BackendPlane::new(backend_options(Identity::new(None)), bottom)
}

pub(crate) fn vault_request() -> Request {
    request(Method::POST, "https://vault.example.com/prefix/sdk/grants/list", "{}")
}

pub(crate) fn request(method: Method, uri: &str, body: &'static str) -> Request {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri.parse().unwrap();
    request
}

pub(crate) fn read() -> CallContext {
    CallContext::new(READ)
}

pub(crate) fn write() -> CallContext {
    CallContext::new(WRITE)
}

pub(crate) fn token(changes: serde_json::Value) -> TokenWire {
    let mut token = json!({ "access_token": CANARY, "grant_id": GRANT, "provider_id": "acme" });
    let serde_json::Value::Object(changes) = changes else { panic!("changes are an object") };
    token.as_object_mut().unwrap().extend(changes);
    serde_json::from_value(token).unwrap()
}

pub(crate) fn in_hand() -> CredentialSource {
    CredentialSource::in_hand(Credential::new(token(json!({}))).unwrap())
}

/// A source that counts how often it is asked, and takes its time.
#[derive(Clone)]
pub(crate) struct CountingSource {
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) takes: Duration,
    pub(crate) fails: bool,
}

impl CountingSource {
    pub(crate) fn new() -> Self {
        Self { asked: Arc::default(), takes: Duration::ZERO, fails: false }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl ProvideCredential for CountingSource {
    fn credential<'a>(
        &'a self,
        method: &'a Method,
        url: &'a str,
    ) -> BoxFuture<'a, Result<Arc<Credential>, BoxError>> {
        self.asked.lock().unwrap().push(format!("{method} {url}"));
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
            if self.fails {
                return Err("refused".into());
            }
            Ok(Arc::new(Credential::new(token(json!({})))?))
        })
    }
}

/// A sink that keeps rows, answering as told.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) rows: Arc<Mutex<Vec<AuditRow>>>,
    pub(crate) delivery: Arc<Mutex<Delivery>>,
    pub(crate) takes: Duration,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { rows: Arc::default(), delivery: Arc::new(Mutex::new(Delivery::Done)), takes: Duration::ZERO }
    }

    pub(crate) fn kept(&self) -> Vec<AuditRow> {
        self.rows.lock().unwrap().clone()
    }

    pub(crate) fn queue(&self) -> AuditQueue {
        AuditQueue::new(self.clone(), AuditLimits::default())
    }
}

impl AuditSink for Rows {
    fn deliver(&self, row: AuditRow) -> BoxFuture<'_, Delivery> {
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
            let delivery = *self.delivery.lock().unwrap();
            if delivery == Delivery::Done {
                self.rows.lock().unwrap().push(row);
            }
            delivery
        })
    }
}

pub(crate) fn provider(queue: &AuditQueue, bottom: HttpService) -> ProviderPlane {
    let mut options = ProviderOptions::new(clock());
    options.audit = Some(queue.clone());
    options.attempt_timeout = Duration::from_secs(5);
    options.timeout = Duration::from_secs(20);
    ProviderPlane::new(options, bottom)
}

pub(crate) fn provider_request() -> Request {
    request(Method::GET, "https://api.example.com/v1/x?page=2", "")
}
