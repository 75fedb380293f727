//! A vault that releases an AWS key pair, and a provider that checks signatures as AWS does.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use alter_auth::{Clock as _, SkewWindow, SystemClock, verify};
use alter_aws::{GrantHttpClient, placeholder_credentials};
use alter_client::{AnyClient, App, Destinations, GrantId, Retry};
use aws_credential_types::Credentials;
use aws_sdk_sts::config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sigv4::{
    http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};
use time::{PrimitiveDateTime, macros::format_description};
use tokio::net::TcpListener;

pub(crate) const GRANT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const KEY_ID: &str = "AKIDVAULT";
/// What must be seen nowhere but in the vault's answer.
pub(crate) const SECRET_KEY: &str = "c4n4ry/Secret+Key";
const APP_KEY: &str = "alter_rk_abcdefghijklmnopqrstuv_iwpykn";

/// One request as a peer received it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

type Log = Arc<Mutex<Vec<Received>>>;

#[derive(Clone)]
struct Vault {
    log: Log,
    /// The answer to a retrieval.
    token: Arc<Mutex<(u16, Value)>>,
}

#[derive(Clone, Default)]
struct Provider {
    log: Log,
    /// Answers to come; the last one stays.
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

pub(crate) struct World {
    vault: Vault,
    provider: Provider,
    pub(crate) provider_address: SocketAddr,
    pub(crate) app: App,
}

impl World {
    /// A vault whose credential is stored for `service` in `eu-west-3`.
    pub(crate) async fn new(service: &str) -> Self {
        let token = json!({
            "access_token": KEY_ID,
            "grant_id": GRANT,
            "injection_format": "AWS4-HMAC-SHA256",
            "additional_credentials": { "secret_key": SECRET_KEY, "region": "eu-west-3", "service": service },
        });
        let vault = Vault { log: Log::default(), token: Arc::new(Mutex::new((200, token))) };
        let provider = Provider::default();
        let vault_address = serve(Router::new().fallback(of_vault).with_state(vault.clone())).await;
        let provider_address = serve(Router::new().fallback(of_provider).with_state(provider.clone())).await;
        let app = App::builder(APP_KEY.parse().unwrap())
            .base_url(format!("http://{vault_address}"))
            .retry(Retry::never())
            .destinations(Destinations::public_only().allow_loopback())
            .build()
            .unwrap();
        Self { vault, provider, provider_address, app }
    }

    /// From now on the vault refuses the credential.
    pub(crate) fn vault_refuses(&self, status: u16, code: &str) {
        *self.vault.token.lock().unwrap() = (status, json!({ "error": code, "message": "refused" }));
    }

    /// What the provider answers next, and from then on until something else was said.
    pub(crate) fn answers(&self, status: u16, body: impl Into<String>) {
        self.provider.answers.lock().unwrap().push_back((status, body.into()));
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.provider_address)
    }

    pub(crate) fn client(&self) -> GrantHttpClient {
        GrantHttpClient::new(&self.app, grant())
    }

    pub(crate) fn sts(&self, http: GrantHttpClient) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.endpoint())
            .credentials_provider(placeholder_credentials())
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
            .http_client(http)
            .build();
        aws_sdk_sts::Client::from_conf(config)
    }

    /// The retrievals, oldest first.
    pub(crate) fn retrievals(&self) -> Vec<Received> {
        self.at_vault("/sdk/token")
    }

    pub(crate) fn at_provider(&self) -> Vec<Received> {
        self.provider.log.lock().unwrap().clone()
    }

    /// The audit rows, once all are delivered. Closes the client.
    pub(crate) async fn rows(&self) -> Vec<Value> {
        assert_eq!(AnyClient::from(&self.app).close().await.lost, 0);
        self.at_vault("/sdk/oauth/audit/api-call").iter().map(Received::json).collect()
    }

    fn at_vault(&self, path: &str) -> Vec<Received> {
        let log = self.vault.log.lock().unwrap();
        log.iter().filter(|request| request.uri.path() == path).cloned().collect()
    }
}

pub(crate) fn grant() -> GrantId {
    GRANT.parse().unwrap()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn receive(log: &Log, request: Request) -> Received {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap();
    let received = Received { method: head.method, uri: head.uri, headers: head.headers, body };
    log.lock().unwrap().push(received.clone());
    received
}

fn answer(status: u16, kind: &str, body: impl Into<Body>) -> Response {
    Response::builder().status(status).header("content-type", kind).body(body.into()).unwrap()
}

async fn of_vault(State(vault): State<Vault>, request: Request) -> Response {
    let request = receive(&vault.log, request).await;
    let target = request.uri.path_and_query().unwrap().as_str();
    let (now, window) = (SystemClock.now(), SkewWindow::default());
    verify(&request.method, target, &request.headers, &request.body, now, window).unwrap();
    let (status, body) = match target {
        "/sdk/token" => vault.token.lock().unwrap().clone(),
        _ => (201, json!({ "logged": true })),
    };
    answer(status, "application/json", body.to_string())
}

async fn of_provider(State(provider): State<Provider>, request: Request) -> Response {
    let request = receive(&provider.log, request).await;
    if let Err(why) = check_signature(&request) {
        return answer(403, "text/plain", format!("SignatureDoesNotMatch: {why}"));
    }
    let mut answers = provider.answers.lock().unwrap();
    let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
    let (status, body) = next.unwrap_or((200, String::new()));
    answer(status, "text/xml", body)
}

/// Signs what arrived once more, with AWS's own signer, and compares.
fn check_signature(request: &Received) -> Result<(), String> {
    let authorization = request.header("authorization").ok_or("unsigned")?;
    let (_, scope) = authorization.split_once(&format!("Credential={KEY_ID}/")).ok_or("another key")?;
    let [_, region, service, _] = scope.split(',').next().unwrap().splitn(4, '/').collect::<Vec<_>>()[..]
    else {
        return Err("no scope".into());
    };
    let (_, signed) = authorization.split_once("SignedHeaders=").ok_or("no signed headers")?;
    let signed: Vec<&str> = signed.split(',').next().unwrap().split(';').collect();
    let amz = request.headers.keys().filter(|name| name.as_str().starts_with("x-amz-"));
    if let Some(name) = amz.into_iter().find(|name| !signed.contains(&name.as_str())) {
        return Err(format!("{name} is not signed"));
    }

    let date = request.header("x-amz-date").ok_or("no date")?;
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let date: SystemTime = PrimitiveDateTime::parse(date, &format).unwrap().assume_utc().into();
    let identity = Credentials::new(KEY_ID, SECRET_KEY, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(date)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let unsigned = request.header("x-amz-content-sha256") == Some("UNSIGNED-PAYLOAD");
    let body = if unsigned { SignableBody::UnsignedPayload } else { SignableBody::Bytes(&request.body) };
    let uri = format!("http://{}{}", request.header("host").unwrap(), request.uri);
    let added = ["host", "x-amz-date", "x-amz-content-sha256"];
    let headers = signed.iter().filter(|name| !added.contains(name));
    let headers = headers.map(|&name| (name, request.header(name).unwrap()));
    let signable = SignableRequest::new(request.method.as_str(), uri, headers, body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let expected = instructions.headers().find(|(name, _)| *name == "authorization").unwrap().1;
    if expected == authorization { Ok(()) } else { Err(format!("{authorization} instead of {expected}")) }
}
