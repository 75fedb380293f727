//! Assertions that are signed well and say the wrong thing: each is refused, with the part that is wrong.

use alter_auth::{
    UnixSeconds,
    identity::{AssertionVerifier, JwkSet},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_790_000_000;

/// A vault that signs whatever it is told to.
struct Forge {
    random: SystemRandom,
    key: EcdsaKeyPair,
}

impl Forge {
    #[expect(clippy::disallowed_methods, reason = "it stands for a vault that is not ours")]
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { random, key }
    }

    fn verifier(&self) -> AssertionVerifier {
        let point = self.key.public_key().as_ref();
        let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "x": coordinate(1), "y": coordinate(33),
        }] });
        let keys = JwkSet::from_json(&keys).unwrap();
        AssertionVerifier::new("https://vault.test", "https://memory.test", "app-1", keys).unwrap()
    }

    fn sign(&self, header: &Value, payload: &str) -> String {
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.key.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Why a token is refused whose header and claims are changed like this; null takes a member out.
    fn refuses(&self, header: Value, claims: Value) -> Option<String> {
        let header = changed(json!({ "alg": "ES256", "typ": "alter-identity+jwt", "kid": "k1" }), header);
        let token = self.sign(&header, &changed(good(), claims).to_string());
        self.reason(&token)
    }

    fn reason(&self, token: &str) -> Option<String> {
        let error = self.verifier().verify(token, UnixSeconds(NOW)).err()?;
        assert_eq!(error.code().as_str(), "memory_assertion_invalid");
        Some(error.details()["reason"].as_str().unwrap().to_owned())
    }
}

fn good() -> Value {
    json!({
        "iss": "https://vault.test", "aud": "https://memory.test", "sub": "alter:user:u-42",
        "iat": NOW - 10, "exp": NOW + 110, "jti": "j-1", "azp": "app-1",
        "alter": { "app_id": "app-1", "agent_auth": "agent_key" }, "act": { "sub": "alter:agent:bot-7" },
    })
}

fn changed(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        match value {
            Value::Null => members.remove(&name),
            value => members.insert(name, value),
        };
    }
    object
}

fn none() -> Value {
    Value::Object(Map::new())
}

#[test]
fn an_assertion_that_says_the_right_things_is_accepted() {
    let forge = Forge::new();
    assert_eq!(forge.refuses(none(), none()), None);
    assert_eq!(forge.refuses(none(), json!({ "act": null })), None);
    assert_eq!(forge.refuses(none(), json!({ "aud": ["https://x.test", "https://memory.test"] })), None);
    assert_eq!(forge.refuses(none(), json!({ "sub": "alter:app:app-1", "act": null })), None);
    assert_eq!(forge.refuses(json!({ "b64": true }), json!({ "nbf": NOW, "anything": { "else": 1 } })), None);
}

#[test]
fn a_header_that_asks_for_something_else_is_refused() {
    let forge = Forge::new();
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "typ": "JWT" }),
        json!({ "typ": "ALTER-IDENTITY+JWT" }),
        json!({ "typ": null }),
        json!({ "kid": null }),
        json!({ "kid": "" }),
        json!({ "kid": 1 }),
        json!({ "b64": false }),
        json!({ "crit": ["exp"] }),
    ] {
        assert_eq!(forge.refuses(header.clone(), none()).as_deref(), Some("header"), "{header}");
    }
    assert_eq!(forge.refuses(json!({ "kid": "k2" }), none()).as_deref(), Some("key"));
}

#[test]
fn a_token_that_is_no_token_is_malformed() {
    let forge = Forge::new();
    for token in ["", "a", "a.b", "a.b.c", ".b.c", "a.b.c.d"] {
        assert_eq!(forge.reason(token).as_deref(), Some("malformed"), "{token}");
    }
    let header = json!({ "alg": "ES256", "typ": "alter-identity+jwt", "kid": "k1" });
    for payload in ["", "[]", "7", "{"] {
        assert_eq!(forge.reason(&forge.sign(&header, payload)).as_deref(), Some("malformed"), "{payload}");
    }
}

#[test]
fn a_life_is_300_seconds_at_most_and_ends_on_the_second() {
    let forge = Forge::new();
    let lives = |issued: i64, expires: i64| {
        forge.refuses(none(), json!({ "iat": NOW + issued, "exp": NOW + expires })).is_none()
    };
    assert!(lives(0, 300) && !lives(0, 301));
    assert!(lives(5, 100) && !lives(6, 100));
    assert!(lives(-100, 1) && !lives(-100, 0));
    assert!(!lives(4, 4) && !lives(4, 3));
    for odd in [
        json!({ "iat": "1790000000" }),
        json!({ "exp": NOW as f64 + 100.5 }),
        json!({ "exp": true }),
        json!({ "nbf": NOW + 1 }),
        json!({ "nbf": "now" }),
    ] {
        assert_eq!(forge.refuses(none(), odd.clone()).as_deref(), Some("lifetime"), "{odd}");
    }
}

#[test]
fn every_claim_is_there_and_has_its_form() {
    let forge = Forge::new();
    for name in ["iss", "aud", "sub", "iat", "exp", "jti", "azp", "alter"] {
        let mut missing = none();
        missing[name] = Value::Null;
        assert_eq!(forge.refuses(none(), missing).as_deref(), Some("claims"), "{name}");
    }
    for claims in [
        json!({ "iss": "https://other.test" }),
        json!({ "aud": "https://other.test" }),
        json!({ "aud": ["https://memory.test", 7] }),
        json!({ "sub": "u-42" }),
        json!({ "sub": "alter:user:" }),
        json!({ "sub": 42 }),
        json!({ "jti": "" }),
        json!({ "alter": [] }),
        json!({ "act": "bot-7" }),
        json!({ "act": { "sub": "bot-7" } }),
        json!({ "act": { "sub": "alter:agent:" } }),
        json!({ "alter": { "app_id": "app-1" } }),
        json!({ "alter": { "app_id": "app-1", "agent_auth": "" } }),
    ] {
        assert_eq!(forge.refuses(none(), claims.clone()).as_deref(), Some("claims"), "{claims}");
    }
}

#[test]
fn an_assertion_for_another_application_or_agent_is_refused() {
    let forge = Forge::new();
    for claims in [
        json!({ "azp": "app-2" }),
        json!({ "alter": { "app_id": "app-2", "agent_auth": "agent_key" } }),
        json!({ "sub": "alter:app:app-2" }),
    ] {
        assert_eq!(forge.refuses(none(), claims.clone()).as_deref(), Some("binding"), "{claims}");
    }
    let header = json!({ "alg": "ES256", "typ": "alter-identity+jwt", "kid": "k1" });
    let token = forge.sign(&header, &good().to_string());
    let other = forge.verifier().for_agent("bot-8").unwrap().verify(&token, UnixSeconds(NOW)).unwrap_err();
    assert_eq!(other.details()["reason"], "binding");
}
