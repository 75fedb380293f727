//! Identity assertions: what a vault mints verifies, and nothing else does.

use alter_auth::{
    SystemRandom, UnixSeconds,
    identity::{
        AssertionKeyError, AssertionSigner, AssertionTtl, AssertionVerifier, JwkSet, MAX_ASSERTION,
        NewAssertion, Subject,
    },
};
use alter_types::error::MemoryIsolationError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: UnixSeconds = UnixSeconds(1_790_000_000);
const ISSUER: &str = "https://vault.test";
const AUDIENCE: &str = "https://memory.test";

fn signer() -> AssertionSigner {
    let random = SystemRandom::new();
    let pkcs8 = AssertionSigner::generate_pkcs8(&random).unwrap();
    AssertionSigner::from_pkcs8("k1", &pkcs8, random).unwrap()
}

fn asked() -> NewAssertion<'static> {
    NewAssertion::new(ISSUER, AUDIENCE, "app-1", Subject::User("u-42")).acting_agent("bot-7", "agent_key")
}

fn verifier(keys: &Value) -> AssertionVerifier {
    AssertionVerifier::new(ISSUER, AUDIENCE, "app-1", JwkSet::from_json(keys).unwrap()).unwrap()
}

fn reason(error: &MemoryIsolationError) -> &str {
    error.details()["reason"].as_str().unwrap()
}

#[test]
fn what_is_minted_verifies_until_the_second_it_ends() {
    let signer = signer();
    let verifier = verifier(&signer.public_jwk_set()).for_agent("bot-7").unwrap();
    let minted = signer.mint(&asked().ttl(AssertionTtl::seconds(10).unwrap()), NOW).unwrap();
    let token = minted.token.expose();
    let at = |seconds: i64| verifier.verify(token, UnixSeconds(NOW.0 + seconds));

    let identity = at(0).unwrap();
    assert_eq!(identity.app_id, "app-1");
    assert_eq!(identity.app_user_id.as_deref(), Some("u-42"));
    assert_eq!(identity.user_status.as_deref(), Some("active"));
    assert_eq!(identity.agent_id.as_deref(), Some("bot-7"));
    assert_eq!(identity.valid_until(), Some(minted.expires_at));
    assert!(at(9).is_ok());
    assert_eq!(reason(&at(10).unwrap_err()), "lifetime");
    assert!(at(-5).is_ok(), "a vault's clock may be five seconds ahead");
    assert_eq!(reason(&at(-6).unwrap_err()), "lifetime");
}

#[test]
fn an_application_without_user_and_agent_can_be_asserted() {
    let signer = signer();
    let headless = NewAssertion::new(ISSUER, AUDIENCE, "app-1", Subject::Application);
    let minted = signer.mint(&headless, NOW).unwrap();
    let verifier = verifier(&signer.public_jwk_set());
    let identity = verifier.verify(minted.token.expose(), NOW).unwrap();
    assert_eq!((&identity.app_user_id, &identity.agent_id), (&None, &None));
    let pinned = verifier.for_agent("bot-7").unwrap();
    assert_eq!(reason(&pinned.verify(minted.token.expose(), NOW).unwrap_err()), "binding");
}

#[test]
fn another_party_refuses_it() {
    let signer = signer();
    let keys = signer.public_jwk_set();
    let minted = signer.mint(&asked(), NOW).unwrap();
    for (issuer, audience, app, expected) in [
        ("https://other.test", AUDIENCE, "app-1", "claims"),
        (ISSUER, "https://other.test", "app-1", "claims"),
        (ISSUER, AUDIENCE, "app-2", "binding"),
    ] {
        let other = AssertionVerifier::new(issuer, audience, app, JwkSet::from_json(&keys).unwrap()).unwrap();
        assert_eq!(reason(&other.verify(minted.token.expose(), NOW).unwrap_err()), expected);
    }
}

#[test]
fn a_key_that_must_not_verify_does_not() {
    let signer = signer();
    let minted = signer.mint(&asked(), NOW).unwrap();
    let good = signer.public_jwk_set();
    let changed = |member: &str, value: Value| {
        let mut keys = good.clone();
        keys["keys"][0][member] = value;
        verifier(&keys).verify(minted.token.expose(), NOW).map_err(|error| reason(&error).to_owned()).err()
    };
    let key = Some("key".to_owned());
    assert_eq!(changed("kty", json!("RSA")), key);
    assert_eq!(changed("crv", json!("P-384")), key);
    assert_eq!(changed("alg", json!("ES384")), key);
    assert_eq!(changed("use", json!("enc")), key);
    assert_eq!(changed("key_ops", json!(["sign"])), key);
    assert_eq!(changed("d", json!("AAAA")), key);
    assert_eq!(changed("kid", json!("k2")), key);
    assert_eq!(changed("x", json!("AAAA")), key);
    assert_eq!(changed("y", json!(URL_SAFE_NO_PAD.encode([7; 32]))), key, "not a point of the curve");
    assert_eq!(changed("key_ops", json!(["verify"])), None);
    assert_eq!(changed("key_ops", Value::Null), None);

    let mut twice = good.clone();
    let again = twice["keys"][0].clone();
    twice["keys"].as_array_mut().unwrap().push(again);
    assert_eq!(reason(&verifier(&twice).verify(minted.token.expose(), NOW).unwrap_err()), "key");
    let other = self::signer().public_jwk_set();
    assert_eq!(reason(&verifier(&other).verify(minted.token.expose(), NOW).unwrap_err()), "signature");
}

#[test]
fn only_sets_of_at_most_a_hundred_keys_are_taken() {
    for not_a_set in [json!({}), json!([]), json!(null), json!({ "keys": {} })] {
        assert!(JwkSet::from_json(&not_a_set).is_err(), "{not_a_set}");
    }
    let keys = |count: usize| json!({ "keys": vec![json!({}); count] });
    assert!(JwkSet::from_json(&keys(100)).is_ok());
    assert!(JwkSet::from_json(&keys(101)).is_err());
}

#[test]
fn what_no_verifier_would_accept_is_not_minted() {
    let signer = signer();
    for empty in [
        NewAssertion::new("", AUDIENCE, "app-1", Subject::Application),
        NewAssertion::new(ISSUER, "", "app-1", Subject::Application),
        NewAssertion::new(ISSUER, AUDIENCE, "", Subject::Application),
        NewAssertion::new(ISSUER, AUDIENCE, "app-1", Subject::User("")),
        asked().acting_agent("", "agent_key"),
        asked().acting_agent("bot-7", ""),
    ] {
        assert!(signer.mint(&empty, NOW).is_err(), "{empty:?}");
    }
    let long = "u".repeat(MAX_ASSERTION);
    let too_long = NewAssertion::new(ISSUER, AUDIENCE, "app-1", Subject::User(&long));
    assert!(signer.mint(&too_long, NOW).is_err());
    for seconds in [9, 301] {
        assert!(AssertionTtl::seconds(seconds).is_err());
    }
    let random = SystemRandom::new();
    let refused = |id: &str, der: &[u8]| AssertionSigner::from_pkcs8(id, der, random.clone()).err();
    assert_eq!(refused("k1", b"not a key"), Some(AssertionKeyError::Pkcs8));
    assert_eq!(refused("", b"not a key"), Some(AssertionKeyError::KeyId));
}

#[test]
fn neither_token_nor_private_key_is_printed() {
    let signer = signer();
    let minted = signer.mint(&asked(), NOW).unwrap();
    let other = verifier(&self::signer().public_jwk_set());
    let error = other.verify(minted.token.expose(), NOW).unwrap_err();
    let shown = format!("{signer:?} {minted:?} {error} {error:?}");
    let signature = minted.token.expose().rsplit('.').next().unwrap();
    assert!(!shown.contains(signature) && !shown.contains("eyJ"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_changed_bit_of_a_token_is_refused(at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let signer = signer();
        let verifier = verifier(&signer.public_jwk_set());
        let minted = signer.mint(&asked(), NOW).unwrap();
        let mut token = minted.token.expose().as_bytes().to_vec();
        let at = at.index(token.len());
        token[at] ^= 1 << bit;
        let token = String::from_utf8(token).unwrap();
        prop_assert!(verifier.verify(&token, NOW).is_err());
    }

    #[test]
    fn no_text_makes_the_verifier_panic(token in "\\PC{0,60}(\\.\\PC{0,60}){0,3}", header in "\\PC{0,40}") {
        let verifier = verifier(&json!({ "keys": [] }));
        prop_assert!(verifier.verify(&token, NOW).is_err());
        let dressed = format!("{}.{token}", URL_SAFE_NO_PAD.encode(header));
        prop_assert!(verifier.verify(&dressed, NOW).is_err());
    }
}
