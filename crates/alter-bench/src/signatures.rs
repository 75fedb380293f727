//! Signing and verifying a request with a body of 1 KiB, beside the cryptography alone.

use std::hint::black_box;

use alter_auth::{
    ApiKey, Attribution, Nonce, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, Verifier,
};
use alter_types::Caller;
use http::{HeaderMap, Method};
use ring::{digest, hmac};

use crate::{Failure, report};

const TARGET: &str = "/sdk/token";
const FLOOR: &str = "one SHA-256 and one HMAC, ring, same bytes";

/// Takes and prints the figures.
pub(crate) fn run() -> Result<(), Failure> {
    let nobody = Attribution::default();
    let caller = Attribution { caller: Some(Caller::agent("bench")?), ..Attribution::default() };
    figures("", &nobody, b"\n")?;
    figures(", with a caller", &caller, b"\n\ncaller:bench\ncaller-type:agent")
}

/// `tail` is what the string to sign ends with for this attribution.
fn figures(kind: &str, attribution: &Attribution, tail: &[u8]) -> Result<(), Failure> {
    let body = vec![b'b'; 1024];
    let signer = Signer::new("alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse::<ApiKey>()?);
    let context = SignedContext { attribution, constraints: None, rule: None };
    let stamp = Stamp { now: UnixSeconds(1_767_225_600), nonce: Nonce::from_bytes([7; 16]) };
    let sign = || signer.sign(&Method::POST, TARGET, black_box(&body), &context, stamp);

    let signing = hmac::Key::new(hmac::HMAC_SHA256, &[9; 32]);
    let floor = || {
        let hash = digest::digest(&digest::SHA256, black_box(&body));
        let mut mac = hmac::Context::with_key(&signing);
        mac.update(b"POST\n/sdk/token\n1767225600\n000102030405060708090a0b0c0d0e0f\n");
        // The digest travels as 64 hex digits: twice its 32 bytes.
        mac.update(hash.as_ref());
        mac.update(hash.as_ref());
        mac.update(tail);
        mac.sign()
    };
    report::compare(&format!("sign a request of 1 KiB{kind}"), || sign().map(drop), floor, FLOOR);

    let mut headers = HeaderMap::new();
    sign()?.apply(&mut headers);
    let verifier = Verifier::new(SkewWindow::default());
    let check = || verifier.verify(&Method::POST, TARGET, black_box(&headers), black_box(&body), stamp.now);
    check()?;
    report::compare(&format!("verify a request of 1 KiB{kind}"), check, floor, FLOOR);
    Ok(())
}
