//! [`JwkSet`]: the public keys a verifier trusts (RFC 7517), handed in by the caller and never fetched.

use alter_types::{AssertionRejectReason as Reason, error::ValueError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Map, Value, json};

use super::{curve, jws::ALGORITHM};

/// Keys in a set; a set with more is refused.
const MAX_KEYS: usize = 100;

/// Bytes of an uncompressed P-256 point: a tag and two coordinates.
pub(super) const POINT: usize = 65;

/// The tag of such a point (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A set of public keys. Entries that are not keys are ignored; keys that cannot be used are refused when a token
/// names them.
#[derive(Debug, Clone)]
pub struct JwkSet {
    keys: Vec<Map<String, Value>>,
}

impl JwkSet {
    /// Takes a key set as JSON: an object with a list `keys`.
    ///
    /// # Errors
    /// [`ValueError`] if it is not one, or has more than 100 keys.
    pub fn from_json(set: &Value) -> Result<Self, ValueError> {
        let keys = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or_else(|| ValueError::argument("jwks: expected a JWK Set, an object with a list `keys`"))?;
        if keys.len() > MAX_KEYS {
            return Err(ValueError::argument("jwks: expected at most 100 keys"));
        }
        Ok(Self { keys: keys.iter().filter_map(Value::as_object).cloned().collect() })
    }

    /// The one key of that id, if it may verify ES256.
    pub(super) fn verifying_key(&self, key_id: &str) -> Result<VerifyingKey, Reason> {
        let named = |key: &&Map<String, Value>| key.get("kid").and_then(Value::as_str) == Some(key_id);
        let mut candidates = self.keys.iter().filter(named);
        let (Some(key), None) = (candidates.next(), candidates.next()) else { return Err(Reason::Key) };
        if !may_verify(key) {
            return Err(Reason::Key);
        }
        let coordinate = |name: &str| -> Option<[u8; 32]> {
            let text = key.get(name)?.as_str()?;
            URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
        };
        match (coordinate("x"), coordinate("y")) {
            (Some(x), Some(y)) => Ok(VerifyingKey { x, y }),
            _ => Err(Reason::Key),
        }
    }
}

/// A public key as its coordinates.
pub(super) struct VerifyingKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl VerifyingKey {
    pub(super) fn verify(&self, signed: &str, signature: &[u8]) -> Result<(), Reason> {
        let mut point = [UNCOMPRESSED; POINT];
        point[1..33].copy_from_slice(&self.x);
        point[33..].copy_from_slice(&self.y);
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        key.verify(signed.as_bytes(), signature)
            .map_err(|_| if curve::contains(&self.x, &self.y) { Reason::Signature } else { Reason::Key })
    }
}

/// A public P-256 key whose other members do not forbid it.
fn may_verify(key: &Map<String, Value>) -> bool {
    let is = |name: &str, word: &str| key.get(name).and_then(Value::as_str) == Some(word);
    let absent_or = |name: &str, word: &str| !key.contains_key(name) || is(name, word);
    let may_use = match key.get("key_ops") {
        None | Some(Value::Null) => true,
        Some(Value::Array(uses)) => uses.iter().any(|r#use| r#use == "verify"),
        Some(_) => false,
    };
    is("kty", "EC")
        && is("crv", "P-256")
        && absent_or("alg", ALGORITHM)
        && absent_or("use", "sig")
        && may_use
        && !key.contains_key("d")
}

/// The public half of a key as a JWK Set with one entry.
pub(super) fn set_of(key_id: &str, point: &[u8; POINT]) -> Value {
    json!({ "keys": [{
        "kty": "EC",
        "crv": "P-256",
        "alg": ALGORITHM,
        "use": "sig",
        "kid": key_id,
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
        "y": URL_SAFE_NO_PAD.encode(&point[33..]),
    }] })
}
