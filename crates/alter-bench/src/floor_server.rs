//! The least a vault could do for `/sdk/token`: a bare hyper server that hashes the body, checks one HMAC, opens one
//! AES-256-GCM box and answers a body of the same size. No routing, no storage, no audit.

use std::{convert::Infallible, process::ExitCode, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hmac,
};
use tokio::net::TcpListener;

use crate::Failure;

/// Serves until killed; prints its address first.
pub(crate) fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor-server: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Keys {
    signing: hmac::Key,
    sealing: LessSafeKey,
    sealed: Vec<u8>,
}

#[tokio::main]
async fn serve() -> Result<(), Failure> {
    let sealing = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(|_| "no AES key")?);
    let mut sealed = vec![b's'; 40];
    let nonce = Nonce::assume_unique_for_key([1; 12]);
    sealing.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).map_err(|_| "cannot seal")?;
    let keys = Arc::new(Keys { signing: hmac::Key::new(hmac::HMAC_SHA256, &[9; 32]), sealing, sealed });

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let keys = Arc::clone(&keys);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&keys)));
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(request: Request<Incoming>, keys: Arc<Keys>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let hash = digest::digest(&digest::SHA256, &body);
    let mut mac = hmac::Context::with_key(&keys.signing);
    mac.update(head.uri.path().as_bytes());
    mac.update(hash.as_ref());
    for name in ["x-alter-timestamp", "x-alter-nonce"] {
        mac.update(head.headers.get(name).map_or(b"", |value| value.as_bytes()));
    }
    let tag = mac.sign();
    let mut opened = keys.sealed.clone();
    let nonce = Nonce::assume_unique_for_key([1; 12]);
    let secret =
        keys.sealing.open_in_place(nonce, Aad::empty(), &mut opened).map_or(&[][..], |secret| secret);
    // The tag goes into the answer so that none of the work can be optimised away.
    let answer = format!(
        r#"{{"access_token":"{}","grant_id":"11111111-2222-4333-8444-555555555555","token_type":"Bearer","provider_id":"bench","token_generation":"11111111-2222-4333-8444-{:012x}","injection_header":"Authorization","injection_format":"Bearer {{token}}"}}"#,
        String::from_utf8_lossy(secret),
        tag.as_ref()[0],
    );
    let mut response = Response::new(Full::new(Bytes::from(answer)));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    Ok(response)
}
