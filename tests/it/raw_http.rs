//! HTTP by hand, one request a connection: what no SDK would send.

use alter_auth::{ApiKey, Nonce, SignedContext, Signer, Stamp, UnixSeconds};
use http::{HeaderMap, Method};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A request that can be spoilt before it is sent.
#[derive(Debug, Clone)]
pub(crate) struct RawRequest {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl RawRequest {
    /// A correctly signed POST.
    pub(crate) fn signed(key: &ApiKey, target: &str, body: impl Into<Vec<u8>>, now: i64, nonce: u8) -> Self {
        let body = body.into();
        let stamp = Stamp { now: UnixSeconds(now), nonce: Nonce::from_bytes([nonce; 16]) };
        let mut headers = HeaderMap::new();
        Signer::new(key.clone())
            .sign(&Method::POST, target, &body, &SignedContext::default(), stamp)
            .unwrap()
            .apply(&mut headers);
        headers.insert("content-type", "application/json".parse().unwrap());
        Self { method: Method::POST, target: target.to_owned(), headers, body }
    }

    /// The same request with its body in chunks, so that its length is not declared.
    pub(crate) fn chunked(mut self) -> Self {
        self.headers.insert("transfer-encoding", "chunked".parse().unwrap());
        let mut framed = Vec::new();
        for chunk in self.body.chunks(16 * 1024) {
            framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            framed.extend_from_slice(chunk);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(b"0\r\n\r\n");
        self.body = framed;
        self
    }

    /// Sends it to `base_url` and reads the answer.
    pub(crate) async fn send(&self, base_url: &str) -> RawAnswer {
        let authority = base_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(authority).await.unwrap();
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        let framed =
            ["content-length", "transfer-encoding"].iter().any(|name| self.headers.contains_key(*name));
        if !framed {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that refuses by the head alone may close before it has read the body.
        let _ = stream.write_all(&self.body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        RawAnswer::parse(&answer)
    }
}

/// Status and body of an answer.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl RawAnswer {
    fn parse(answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status line");
        Self { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or(Value::Null) }
    }

    /// The code of an error body.
    pub(crate) fn code(&self) -> &str {
        self.body["error"].as_str().unwrap_or("")
    }

    /// The sentence of an error body.
    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or("")
    }
}
