//! No token verifies that the key did not sign, and no key set makes the verifier fall over.

#![no_main]

use alter_auth::{
    UnixSeconds,
    identity::{AssertionVerifier, JwkSet},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const NOW: UnixSeconds = UnixSeconds(1_790_000_000);

fuzz_target!(|input: (&str, &str)| {
    let (token, keys) = input;
    // Whose private half nobody has kept.
    let published = json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "kid": "k1",
        "x": "Rxw-dYxJBChbun5TEY7Q9SSt6wdX0lvS-Oew1236cUw",
        "y": "3VIPesqKi5F6zDf1HejwybvjrYWDgucC3CWhLQn3qFg",
    }] });
    let verifier = |keys: &Value| {
        let keys = JwkSet::from_json(keys).ok()?;
        AssertionVerifier::new("https://vault.test", "https://memory.test", "app-1", keys).ok()
    };
    let ours = verifier(&published).expect("a key set");
    assert!(ours.verify(token, NOW).is_err());
    if let Some(theirs) = serde_json::from_str(keys).ok().as_ref().and_then(verifier) {
        let _ = theirs.verify(token, NOW);
    }
});
