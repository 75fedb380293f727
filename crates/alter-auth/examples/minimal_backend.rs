//! The smallest backend that official SDKs work with: one application key, one grant, `POST /sdk/token`.
//!
//! `alter-types` brings the models, `alter-auth` the verification, hyper the HTTP. Run it and point an SDK at it:
//!
//! ```text
//! cargo run -p alter-auth --example minimal_backend
//! ALTER_BASE_URL=http://127.0.0.1:… python your_program.py
//! ```

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use alter_auth::{
    ApiKey, Clock, InMemoryReplayGuard, KeyKind, ReplayError, ReplayGuard, SkewWindow, SystemClock,
    SystemRandom, Verified, random_uuid, verify,
};
use alter_types::{AddressedGrant, ErrorBody, ErrorCode, GrantId, Secret, TokenRequest, TokenWire};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

/// The longest body that is read, in bytes.
const MAX_BODY: usize = 1 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let random = SystemRandom::new();
    let key = ApiKey::mint(KeyKind::Runtime, &random)?;
    let grant = GrantId::from_uuid(random_uuid(&random)?);
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    println!("ALTER_BASE_URL=http://{}", listener.local_addr()?);
    println!("API key: {}\ngrant:   {grant}", key.expose());
    Backend::new(key, grant, Secret::from("provider-credential")).serve(listener).await;
    Ok(())
}

/// One application with one grant.
#[derive(Debug)]
pub struct Backend {
    key: ApiKey,
    grant: GrantId,
    credential: Secret,
    seen: InMemoryReplayGuard,
    clock: SystemClock,
}

impl Backend {
    /// A backend that releases `credential` for `grant` to whoever signs with `key`.
    pub fn new(key: ApiKey, grant: GrantId, credential: Secret) -> Self {
        let seen = InMemoryReplayGuard::new(SkewWindow::default(), 100_000);
        Self { key, grant, credential, seen, clock: SystemClock }
    }

    /// Serves connections until the program ends.
    pub async fn serve(self, listener: TcpListener) {
        let backend = Arc::new(self);
        while let Ok((socket, _)) = listener.accept().await {
            let backend = Arc::clone(&backend);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let backend = Arc::clone(&backend);
                    async move { Ok::<_, Infallible>(backend.answer(request).await) }
                });
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new());
                // A connection that breaks concerns its client alone.
                http.serve_connection(TokioIo::new(socket), service).await.ok();
            });
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            return refusal(&ErrorBody::new(
                ErrorCode::INVALID_REQUEST,
                "The body is too large or was cut off.",
            ));
        };
        let body = body.to_bytes();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let now = self.clock.now();
        let answer = verify(&head.method, target, &head.headers, &body, now, SkewWindow::default())
            .map_err(|error| ErrorBody::new(error.code(), error.to_string()))
            .and_then(|verified| self.admit(&verified))
            .and_then(|()| match (&head.method, head.uri.path()) {
                (&Method::POST, "/sdk/token") => self.retrieve(&body),
                // What an SDK reports about the call it then made. A real backend keeps it.
                (&Method::POST, "/sdk/oauth/audit/api-call") => Ok(Bytes::from_static(b"{}")),
                _ => Err(ErrorBody::new(ErrorCode::NOT_FOUND, "This backend retrieves credentials only.")),
            });
        match answer {
            Ok(json) => json_response(StatusCode::OK, json),
            Err(body) => refusal(&body),
        }
    }

    /// Checks what the signature cannot tell: that the key is ours, and that the request is new.
    fn admit(&self, verified: &Verified) -> Result<(), ErrorBody> {
        if !verified.key.same_as(&self.key) {
            return Err(ErrorBody::new(ErrorCode::INVALID_KEY, "This API key does not exist."));
        }
        if verified.constraints.is_some() || verified.rule.is_some() {
            let sentence = "This backend cannot narrow a client, and does not pretend to.";
            return Err(ErrorBody::new(ErrorCode::INVALID_REQUEST, sentence));
        }
        self.seen.admit(verified, self.clock.now()).map_err(|error| match error {
            ReplayError::Replayed => ErrorBody::new(ErrorCode::REPLAYED_NONCE, error.to_string()),
            _ => ErrorBody::new(ErrorCode::RATE_LIMIT_EXCEEDED, error.to_string()).with("retry_after", 30),
        })
    }

    fn retrieve(&self, body: &[u8]) -> Result<Bytes, ErrorBody> {
        let request: TokenRequest = serde_json::from_slice(body)
            .map_err(|error| ErrorBody::new(ErrorCode::INVALID_REQUEST, error.to_string()))?;
        if request.grant != AddressedGrant::Grant(self.grant) {
            return Err(ErrorBody::new(ErrorCode::GRANT_NOT_FOUND, "There is no such grant."));
        }
        let token = TokenWire::new(self.credential.clone(), self.grant);
        let json = serde_json::to_vec(&token)
            .map_err(|_| ErrorBody::new(ErrorCode::INTERNAL_ERROR, "The answer could not be written."))?;
        Ok(json.into())
    }
}

fn refusal(body: &ErrorBody) -> Response<Full<Bytes>> {
    let status = body.error.status().and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json_response(status, serde_json::to_vec(body).unwrap_or_default().into())
}

fn json_response(status: StatusCode, json: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(json));
    *response.status_mut() = status;
    let content_type = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, content_type);
    response
}
