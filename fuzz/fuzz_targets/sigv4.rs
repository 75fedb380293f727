//! Any host and URL is signed or refused; what is signed is within the scope the host names.

#![no_main]

use alter_auth::{
    UnixSeconds,
    sigv4::{self, Credential, Options, Payload, Request},
};
use http::{HeaderMap, HeaderValue, Method, Uri};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (host, target, header) = input;
    let detected = sigv4::detect(host);
    if let Some(detected) = &detected {
        assert!(!detected.service.is_empty());
    }
    let Ok(uri) = format!("https://{host}{target}").parse::<Uri>() else { return };
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(header) {
        headers.insert("x-amz-meta-a", value);
    }
    let credential = Credential::new("AKIDEXAMPLE", "secret".into()).expect("well formed");
    let request =
        Request { method: &Method::GET, uri: &uri, headers: &headers, payload: Payload::Bytes(b"") };
    for options in [Options::default(), Options::official()] {
        if let Ok(signature) = sigv4::sign(&request, &credential, UnixSeconds(1_440_938_160), options) {
            let mut all = headers.clone();
            signature.apply(&mut all);
            let authorization = all["authorization"].to_str().expect("visible ASCII");
            assert_eq!(authorization.matches("Signature=").count(), 1);
        }
    }
});
