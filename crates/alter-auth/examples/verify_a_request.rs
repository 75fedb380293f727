//! Both ends of the wire in one file: a client signs, a backend verifies. Nothing here does I/O; time is an argument.

use std::error::Error;

use alter_auth::{
    ApiKey, Attribution, InMemoryReplayGuard, KeyKind, Nonce, ReplayGuard as _, SignedContext, Signer,
    SkewWindow, Stamp, SystemRandom, UnixSeconds, verify,
};
use alter_types::{Caller, ErrorBody, ErrorCode};
use http::{HeaderMap, Method};

const TARGET: &str = "/sdk/token?trace=1";

fn main() -> Result<(), Box<dyn Error>> {
    let random = SystemRandom::new();
    let key = ApiKey::mint(KeyKind::Runtime, &random)?;
    let now = UnixSeconds(1_767_225_600);

    // The client: the signature covers method, path, query, body, time, nonce and who it says it is.
    let attribution = Attribution { caller: Some(Caller::agent("restocker")?), ..Attribution::default() };
    let context = SignedContext { attribution: &attribution, constraints: None, rule: None };
    let stamp = Stamp { now, nonce: Nonce::random(&random)? };
    let mut headers = HeaderMap::new();
    Signer::new(key.clone()).sign(&Method::POST, TARGET, b"{}", &context, stamp)?.apply(&mut headers);

    // The backend: `target` and `body` as received, before anything parsed them.
    let seen = InMemoryReplayGuard::new(SkewWindow::default(), 100_000);
    let authenticate = |body: &[u8], now: UnixSeconds| -> Result<ApiKey, ErrorBody> {
        let verified = verify(&Method::POST, TARGET, &headers, body, now, SkewWindow::default())
            .map_err(|error| ErrorBody::new(error.code(), error.to_string()))?;
        if !verified.key.same_as(&key) {
            return Err(ErrorBody::new(ErrorCode::INVALID_KEY, "This API key does not exist."));
        }
        seen.admit(&verified, now)
            .map_err(|error| ErrorBody::new(ErrorCode::REPLAYED_NONCE, error.to_string()))?;
        Ok(verified.key)
    };

    println!("accepted: a request of {}", authenticate(b"{}", now).expect("it is signed").prefix());
    for (what, body, now, expected) in [
        ("a second time", b"{}".as_slice(), now, ErrorCode::REPLAYED_NONCE),
        ("with another body", b"[]", now, ErrorCode::INVALID_SIGNATURE),
        ("ten minutes later", b"{}", UnixSeconds(now.0 + 600), ErrorCode::STALE_TIMESTAMP),
    ] {
        let refusal = authenticate(body, now).expect_err("it is refused");
        println!("{what}: {} ({})", refusal.error, refusal.message);
        assert_eq!(refusal.error, expected);
    }
    Ok(())
}
