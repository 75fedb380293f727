//! [`AssertionSigner`]: mints assertions with the vault's private key.

use std::fmt;

use alter_types::{Secret, Timestamp, error::ValueError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    MAX_ASSERTION, NewAssertion, Subject,
    claims::{AGENT_SUBJECT, APP_SUBJECT, USER_SUBJECT},
    jwk::{self, POINT},
    jws::{ALGORITHM, TYPE},
};
use crate::{RandomError, SystemRandom, UnixSeconds, random_uuid};

/// A freshly minted assertion.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Minted {
    /// The compact JWS. Whoever holds it is taken for its subject, so it prints nothing.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why nothing was minted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MintError {
    /// The request breaks a rule.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The system gave no randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// A private key that cannot mint assertions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssertionKeyError {
    /// Not a P-256 key in PKCS#8 DER with its public half.
    #[error("the assertion key is not a P-256 private key in PKCS#8 DER")]
    Pkcs8,
    /// A key without a name cannot be found by a verifier.
    #[error("the id of the assertion key must be 1 to 255 characters")]
    KeyId,
}

/// Mints assertions with one private key. Prints only the key's id.
pub struct AssertionSigner {
    key_id: String,
    key: EcdsaKeyPair,
    random: SystemRandom,
}

impl AssertionSigner {
    /// Makes a new private key, as PKCS#8 DER. It is wiped when dropped.
    ///
    /// # Errors
    /// [`RandomError`] if the system gives no randomness.
    pub fn generate_pkcs8(random: &SystemRandom) -> Result<Zeroizing<Vec<u8>>, RandomError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random.as_ring());
        document.map(|document| Zeroizing::new(document.as_ref().to_vec())).map_err(|_| RandomError)
    }

    /// Takes a private key in PKCS#8 DER. `key_id` is what verifiers look it up by.
    ///
    /// # Errors
    /// [`AssertionKeyError`].
    pub fn from_pkcs8(key_id: &str, pkcs8: &[u8], random: SystemRandom) -> Result<Self, AssertionKeyError> {
        if !(1..=255).contains(&key_id.len()) {
            return Err(AssertionKeyError::KeyId);
        }
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random.as_ring())
            .map_err(|_| AssertionKeyError::Pkcs8)?;
        Ok(Self { key_id: key_id.to_owned(), key, random })
    }

    /// The public half, as a JWK Set to publish.
    #[must_use]
    pub fn public_jwk_set(&self) -> Value {
        let point: &[u8; POINT] =
            self.key.public_key().as_ref().try_into().expect("a P-256 public key is an uncompressed point");
        jwk::set_of(&self.key_id, point)
    }

    /// Mints an assertion that begins at `now`.
    ///
    /// # Errors
    /// [`MintError::Value`] if a name is empty or the token would be longer than
    /// [`MAX_ASSERTION`](super::MAX_ASSERTION); [`MintError::Random`] if the system gives no randomness.
    pub fn mint(&self, new: &NewAssertion<'_>, now: UnixSeconds) -> Result<Minted, MintError> {
        new.check()?;
        let expires = now.0.saturating_add(new.ttl.0);
        let header = Header { alg: ALGORITHM, typ: TYPE, kid: &self.key_id };
        let claims = Claims {
            iss: new.issuer,
            aud: new.audience,
            sub: match new.subject {
                Subject::User(id) => format!("{USER_SUBJECT}{id}"),
                Subject::Application => format!("{APP_SUBJECT}{}", new.app_id),
            },
            iat: now.0,
            exp: expires,
            jti: random_uuid(&self.random)?.to_string(),
            azp: new.app_id,
            alter: AlterClaims {
                app_id: new.app_id,
                agent_auth: new.agent.map(|agent| agent.authenticated_by),
            },
            act: new.agent.map(|agent| ActClaim { sub: format!("{AGENT_SUBJECT}{}", agent.id) }),
        };
        let mut token = [part(&header), part(&claims)].join(".");
        let signature = self.key.sign(self.random.as_ring(), token.as_bytes()).map_err(|_| RandomError)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        if token.len() > MAX_ASSERTION {
            return Err(ValueError::argument("the names in the assertion are too long").into());
        }
        Ok(Minted { token: token.into(), expires_at: Timestamp::from_unix_seconds(expires) })
    }
}

impl fmt::Debug for AssertionSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionSigner").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

fn part(content: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(content).expect("texts and numbers are always JSON"))
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
    azp: &'a str,
    alter: AlterClaims<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<ActClaim>,
}

#[derive(Serialize)]
struct AlterClaims<'a> {
    app_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_auth: Option<&'a str>,
}

#[derive(Serialize)]
struct ActClaim {
    sub: String,
}
