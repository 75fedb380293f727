//! A vault and a provider that cost as little as possible: a bare hyper server with three fixed answers. What is measured
//! against it is the caller.

use std::{convert::Infallible, process::ExitCode};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Failure;

/// The answer of `/sdk/token`.
pub(crate) const TOKEN: &str = r#"{"access_token":"ssssssssssssssssssssssssssssssssssssssss","grant_id":"11111111-2222-4333-8444-555555555555","token_type":"Bearer","provider_id":"bench","token_generation":"11111111-2222-4333-8444-555555555555","injection_header":"Authorization","injection_format":"Bearer {token}"}"#;
/// The answer of `/sdk/proxy`.
pub(crate) const PROXIED: &str = r#"{"status_code":200,"headers":{"content-type":"application/json"},"body_b64":"eyJvayI6dHJ1ZX0=","duration_ms":1}"#;

/// Serves until killed; prints its address first.
pub(crate) fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peer-server: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let _ = body.collect().await;
    let (status, text) = match head.uri.path() {
        "/sdk/token" => (StatusCode::OK, TOKEN),
        "/sdk/proxy" => (StatusCode::OK, PROXIED),
        "/sdk/oauth/audit/api-call" => (StatusCode::CREATED, r#"{"logged":true}"#),
        _ => (StatusCode::OK, r#"{"ok":true}"#),
    };
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    Ok(response)
}
