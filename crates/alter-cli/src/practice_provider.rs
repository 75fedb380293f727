//! A stand-in for another company's API: answers only to its credential, tells what it saw, and never repeats the
//! credential. `alter demo` and `alter dev` call it, so that neither needs an account or the internet.

use std::{net::SocketAddr, sync::Arc};

use alter_client::types::Secret;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The provider on a socket, bound and not yet answering.
#[derive(Debug)]
pub(crate) struct PracticeProvider {
    listener: TcpListener,
    address: SocketAddr,
}

impl PracticeProvider {
    /// Binds a loopback port; 0 picks a free one.
    pub(crate) async fn bind(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, as a secret's host rule names it.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until the process ends. With `credential` it accepts that one only, otherwise any bearer.
    pub(crate) fn spawn(self, credential: Option<Secret>) {
        let app = Router::new().fallback(answer).with_state(credential.map(Arc::new));
        tokio::spawn(async move {
            if let Err(error) = axum::serve(self.listener, app).await {
                tracing::error!(%error, "the practice provider stopped");
            }
        });
    }
}

async fn answer(State(expected): State<Option<Arc<Secret>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let presented = head
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let accepted = match (&expected, presented) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(expected), Some(presented)) => expected.expose() == presented,
    };
    let body = axum::body::to_bytes(body, 1024 * 1024).await.unwrap_or_default();
    let (status, said) = if accepted {
        (StatusCode::OK, "welcome: the credential is right")
    } else {
        (StatusCode::UNAUTHORIZED, "this provider answers only to its credential")
    };
    let answer = json!({
        "provider": "practice",
        "said": said,
        "credential_accepted": accepted,
        "method": head.method.as_str(),
        "path": head.uri.path(),
        "query": head.uri.query(),
        "body": text_or_json(&body),
    });
    (status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

fn text_or_json(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| match std::str::from_utf8(body) {
        Ok("") => Value::Null,
        Ok(text) => Value::from(text),
        Err(_) => Value::from(format!("<{} bytes>", body.len())),
    })
}
