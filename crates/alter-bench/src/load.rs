//! The load: keep-alive connections that each send signed requests one after the other. Its own CPU is not counted.

use std::time::Duration;

use alter_auth::{Attribution, Clock as _, Nonce, SignedContext, Signer, Stamp, SystemClock, SystemRandom};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::Instant};

use crate::Failure;

/// What every request of a load carries.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) signer: Signer,
    pub(crate) path: &'static str,
    pub(crate) body: Bytes,
}

impl Load {
    /// Sends `requests` in all over `connections`; every answer must be 200. Returns how long each call took.
    pub(crate) async fn send(
        &self,
        authority: &str,
        connections: u64,
        requests: u64,
    ) -> Result<Vec<Duration>, Failure> {
        let each = requests / connections;
        let callers: Vec<_> = (0..connections)
            .map(|_| tokio::spawn(one_caller(self.clone(), authority.to_owned(), each)))
            .collect();
        let mut waits = Vec::new();
        for caller in callers {
            waits.append(&mut caller.await??);
        }
        Ok(waits)
    }
}

async fn one_caller(load: Load, authority: String, requests: u64) -> Result<Vec<Duration>, Failure> {
    let stream = TcpStream::connect(&authority).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let random = SystemRandom::new();
    let attribution = Attribution::default();
    let context = SignedContext { attribution: &attribution, constraints: None, rule: None };
    let mut waits = Vec::with_capacity(usize::try_from(requests)?);
    for _ in 0..requests {
        let mut headers = HeaderMap::with_capacity(8);
        let stamp = Stamp { now: SystemClock.now(), nonce: Nonce::random(&random)? };
        load.signer.sign(&Method::POST, load.path, &load.body, &context, stamp)?.apply(&mut headers);
        headers.insert("host", authority.parse()?);
        headers.insert("content-type", http::HeaderValue::from_static("application/json"));
        let mut request = Request::post(load.path).body(Full::new(load.body.clone()))?;
        *request.headers_mut() = headers;
        sender.ready().await?;
        let sent = Instant::now();
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        waits.push(sent.elapsed());
        if status != StatusCode::OK {
            return Err(format!("answered {status}: {}", String::from_utf8_lossy(&body)).into());
        }
    }
    drop(sender);
    connection.await??;
    Ok(waits)
}
