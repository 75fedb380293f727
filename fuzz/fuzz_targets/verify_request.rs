//! Nobody without the key gets a request verified that was not signed, whatever it looks like.

#![no_main]

use alter_auth::{
    ApiKey, Nonce, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, canonical, header, verify,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use libfuzzer_sys::fuzz_target;

const NOW: UnixSeconds = UnixSeconds(1_767_225_600);

/// Headers the verifier reads. The key is not among them: another key signs other requests.
const NAMES: [HeaderName; 11] = [
    header::X_ALTER_TIMESTAMP,
    header::X_ALTER_NONCE,
    header::X_ALTER_CONTENT_SHA256,
    header::X_ALTER_SIGNATURE,
    header::X_ALTER_SIGNATURE_V2,
    header::X_ALTER_CALLER,
    header::X_ALTER_CALLER_TYPE,
    header::X_ALTER_ACTOR_ID,
    header::X_ALTER_CONTEXT,
    header::X_ALTER_SCOPE_CONSTRAINTS,
    header::X_ALTER_REQUEST_RULE,
];

fuzz_target!(|input: (&str, &[u8], Vec<(u8, &[u8])>)| {
    let (target, body, changes) = input;
    let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().expect("well formed");
    let stamp = Stamp { now: NOW, nonce: Nonce::from_bytes([7; 16]) };
    let mut headers = HeaderMap::new();
    Signer::new(key)
        .sign(&Method::POST, "/sdk/token", b"{}", &SignedContext::default(), stamp)
        .expect("nothing to refuse")
        .apply(&mut headers);
    let signed = headers.clone();
    for (name, value) in changes {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(NAMES[usize::from(name) % NAMES.len()].clone(), value);
        }
    }
    if verify(&Method::POST, target, &headers, body, NOW, SkewWindow::default()).is_ok() {
        assert_eq!(canonical::target(target), "/sdk/token");
        assert_eq!(body, b"{}");
        // An empty header is as good as none.
        let sent = headers.iter().filter(|(_, value)| !value.is_empty());
        let sent: HeaderMap = sent.map(|(name, value)| (name.clone(), value.clone())).collect();
        assert_eq!(sent, signed);
    }
});
