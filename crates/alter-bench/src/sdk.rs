//! CPU per signed call in the SDK, everything above the socket: the whole backend stack over a transport that
//! answers at once, and reading the answer. Beside it the cryptography alone.

use std::{convert::Infallible, hint::black_box, sync::Arc};

use alter_auth::{ApiKey, KeyKind, Signer, SystemClock, SystemRandom};
use alter_transport::{
    BackendOptions, BackendPlane, Body, CallContext, CustomTransport as _, HttpService, Identity, Operation,
    Request, Response,
};
use alter_types::{AddressedGrant, Caller, DeclaredRequest, GrantId, TokenRequest, TokenWire};
use bytes::Bytes;
use http::{Method, header};
use ring::{digest, hmac};
use tower::service_fn;

use crate::{Failure, cpu, python, report};

const WARM_UP: u64 = 20_000;
const CALLS: u64 = 200_000;
/// Calls whose allocations are counted.
const COUNTED: u64 = 1_000;
const REPEATS: usize = 5;
const ANSWER: &[u8] = br#"{"access_token":"ssssssssssssssssssssssssssssssssssssssss","grant_id":"11111111-2222-4333-8444-555555555555","token_type":"Bearer","provider_id":"bench","token_generation":"11111111-2222-4333-8444-555555555555","injection_header":"Authorization","injection_format":"Bearer {token}"}"#;

/// Takes and prints the figure.
pub(crate) fn run() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let plane = plane()?;
    let wanted = TokenRequest::new(
        AddressedGrant::Grant("11111111-2222-4333-8444-555555555555".parse::<GrantId>()?),
        DeclaredRequest::new("GET", "https://api.example.com/v1/me"),
    );
    runtime.block_on(calls(&plane, &wanted, WARM_UP))?;
    let body = serde_json::to_vec(&wanted)?;
    let signing = hmac::Key::new(hmac::HMAC_SHA256, &[9; 32]);

    let (mut ours, mut floor) = (report::Samples::default(), report::Samples::default());
    for _ in 0..REPEATS {
        let before = cpu::own();
        runtime.block_on(calls(&plane, &wanted, CALLS))?;
        ours.add(cpu::own() - before, CALLS);

        let before = cpu::own();
        for _ in 0..CALLS {
            black_box(hash_and_sign(&signing, black_box(&body)));
        }
        floor.add(cpu::own() - before, CALLS);
    }
    report::figure(
        "SDK: signed backend call above the socket",
        &ours,
        &floor,
        "one SHA-256 and one HMAC, ring, same body",
    );
    let mut outcome = Ok(());
    let counted = allocation_counter::measure(|| outcome = runtime.block_on(calls(&plane, &wanted, COUNTED)));
    outcome?;
    println!(
        "    {} allocations and {} bytes a call, JSON in and out included",
        counted.count_total / COUNTED,
        counted.bytes_total / COUNTED,
    );
    let key = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new())?;
    runtime.block_on(python::beside(&ours, "proxy-above-socket", 1, "127.0.0.1:1", &key))
}

fn plane() -> Result<BackendPlane, Failure> {
    let random = Arc::new(SystemRandom::new());
    let signer = Signer::new(ApiKey::mint(KeyKind::Runtime, &*random)?);
    let identity = Identity::new(Some(Caller::agent("bench")?));
    let base_url = "http://127.0.0.1:1".parse()?;
    let options = BackendOptions::new(base_url, signer, identity, Arc::new(SystemClock), random);
    let transport: HttpService = service_fn(|request: Request| async move {
        black_box(request);
        Ok::<_, Infallible>(Response::new(Body::from(Bytes::from_static(ANSWER))))
    })
    .erase();
    Ok(BackendPlane::new(options, transport))
}

async fn calls(plane: &BackendPlane, wanted: &TokenRequest, count: u64) -> Result<(), Failure> {
    const RETRIEVE: Operation = Operation::new("token").safe_to_repeat().sealed();
    for _ in 0..count {
        let mut request = Request::new(Body::from(serde_json::to_vec(wanted)?));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = plane.base_url().join("/sdk/token")?;
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        let response = plane.call(CallContext::new(RETRIEVE), request).await?;
        let body = response.body().as_bytes().ok_or("the answer was not collected")?;
        black_box(serde_json::from_slice::<TokenWire>(body)?);
    }
    Ok(())
}

fn hash_and_sign(key: &hmac::Key, body: &[u8]) -> hmac::Tag {
    let hash = digest::digest(&digest::SHA256, body);
    let mut mac = hmac::Context::with_key(key);
    mac.update(b"POST\n/sdk/token\n1767225600\n000102030405060708090a0b0c0d0e0f\n");
    mac.update(hash.as_ref());
    mac.update(hash.as_ref());
    mac.sign()
}
