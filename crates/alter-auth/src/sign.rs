//! [`Signer`]: turns a request and a stamp into the headers that authenticate it. Pure; the request is not touched.

use std::{fmt, io::Write, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ring::digest;

use crate::{
    ApiKey, Attribution, Nonce, SigningKey, UnixSeconds, canonical, header, string_to_sign::Covered,
};

/// A value that cannot travel in a header. It names the header and not the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{header} holds characters that cannot be sent in a header")]
pub struct SignError {
    header: HeaderName,
}

impl SignError {
    /// The header concerned.
    #[must_use]
    pub fn header(&self) -> &HeaderName {
        &self.header
    }
}

/// When a request is signed, and with which nonce. A retry needs a new one: a nonce is accepted once.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// Seconds since the Unix epoch.
    pub now: UnixSeconds,
    /// Fresh for every attempt.
    pub nonce: Nonce,
}

/// What a signature covers besides method, target and body.
#[derive(Debug, Clone, Copy)]
pub struct SignedContext<'a> {
    /// Who makes the request.
    pub attribution: &'a Attribution,
    /// `X-Alter-Scope-Constraints` of a narrowed client, verbatim.
    pub constraints: Option<&'a str>,
    /// `X-Alter-Request-Rule` of a narrowed client, verbatim.
    pub rule: Option<&'a str>,
}

impl Default for SignedContext<'_> {
    /// No attribution, no narrowing.
    fn default() -> Self {
        const NOBODY: Attribution = Attribution { caller: None, actor_id: None, context: None };
        Self { attribution: &NOBODY, constraints: None, rule: None }
    }
}

/// Signs requests with one API key. Cheap to clone.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    key: ApiKey,
    signing_key: SigningKey,
    key_header: HeaderValue,
}

impl Signer {
    /// Derives the signing key once.
    #[must_use]
    pub fn new(key: ApiKey) -> Self {
        let mut key_header = HeaderValue::from_str(key.expose()).expect("an API key is visible ASCII");
        key_header.set_sensitive(true);
        Self(Arc::new(Inner { signing_key: key.signing_key(), key, key_header }))
    }

    /// The key this signer signs with.
    #[must_use]
    pub fn key(&self) -> &ApiKey {
        &self.0.key
    }

    /// Signs one attempt of a request. `target` is path and query as on the request line, less any path prefix of
    /// the base URL.
    ///
    /// # Errors
    /// [`SignError`] if the caller, actor id, context, constraints or rule hold characters a header cannot carry.
    pub fn sign(
        &self,
        method: &Method,
        target: &str,
        body: &[u8],
        cx: &SignedContext<'_>,
        stamp: Stamp,
    ) -> Result<SignedHeaders, SignError> {
        let mut texts = Texts::new(stamp, body);
        let attribution = cx.attribution;
        let covered = Covered {
            method: &canonical::method(method.as_str()),
            target: &canonical::target(target),
            timestamp: texts.timestamp(),
            nonce: texts.nonce(),
            content_sha256: texts.content_sha256(),
            constraints: cx.constraints,
            rule: cx.rule,
        };
        let tag = covered.actor_bound(&self.0.signing_key, attribution);
        texts.set_signature(tag.as_ref());
        Ok(SignedHeaders {
            key: self.0.key_header.clone(),
            texts: texts.share(),
            caller: optional(header::X_ALTER_CALLER, attribution.caller.as_ref().map(|c| c.name()))?,
            caller_type: attribution.caller.as_ref().map(|c| HeaderValue::from_static(c.kind().as_str())),
            actor_id: optional(header::X_ALTER_ACTOR_ID, attribution.actor_id.as_deref())?,
            context: optional(header::X_ALTER_CONTEXT, attribution.context.as_deref())?,
            constraints: optional(header::X_ALTER_SCOPE_CONSTRAINTS, cx.constraints)?,
            rule: optional(header::X_ALTER_REQUEST_RULE, cx.rule)?,
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.0.key).finish()
    }
}

fn optional(header: HeaderName, value: Option<&str>) -> Result<Option<HeaderValue>, SignError> {
    match value.filter(|v| !v.is_empty()) {
        None => Ok(None),
        Some(value) => HeaderValue::from_str(value).map(Some).map_err(|_| SignError { header }),
    }
}

/// All headers that authenticate one attempt.
pub struct SignedHeaders {
    key: HeaderValue,
    texts: SharedTexts,
    caller: Option<HeaderValue>,
    caller_type: Option<HeaderValue>,
    actor_id: Option<HeaderValue>,
    context: Option<HeaderValue>,
    constraints: Option<HeaderValue>,
    rule: Option<HeaderValue>,
}

impl SignedHeaders {
    /// Makes `headers` carry exactly these: reserved headers that are already there are replaced or removed, so an
    /// attempt never carries what was not signed.
    pub fn apply(self, headers: &mut HeaderMap) {
        headers.insert(header::X_API_KEY, self.key);
        headers.insert(header::X_ALTER_TIMESTAMP, self.texts.timestamp);
        headers.insert(header::X_ALTER_NONCE, self.texts.nonce);
        headers.insert(header::X_ALTER_CONTENT_SHA256, self.texts.content_sha256);
        let actor_bound = self.caller.is_some() || self.actor_id.is_some() || self.context.is_some();
        let second = actor_bound.then(|| self.texts.signature.clone());
        headers.insert(header::X_ALTER_SIGNATURE, self.texts.signature);
        for (name, value) in [
            (header::X_ALTER_SIGNATURE_V2, second),
            (header::X_ALTER_CALLER, self.caller),
            (header::X_ALTER_CALLER_TYPE, self.caller_type),
            (header::X_ALTER_ACTOR_ID, self.actor_id),
            (header::X_ALTER_CONTEXT, self.context),
            (header::X_ALTER_SCOPE_CONSTRAINTS, self.constraints),
            (header::X_ALTER_REQUEST_RULE, self.rule),
        ] {
            match value {
                Some(value) => drop(headers.insert(name, value)),
                None => drop(headers.remove(name)),
            }
        }
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedHeaders(…)")
    }
}

/// The four header texts every request has, in one buffer: one allocation for all of them.
struct Texts {
    buffer: Vec<u8>,
}

const HASH: usize = 64;
const NONCE: usize = 32;

impl Texts {
    fn new(stamp: Stamp, body: &[u8]) -> Self {
        let mut buffer = vec![0; HASH + HASH + NONCE];
        let body_hash = digest::digest(&digest::SHA256, body);
        const_hex::encode_to_slice(body_hash.as_ref(), &mut buffer[HASH..2 * HASH])
            .expect("a SHA-256 is 64 hex digits");
        let mut nonce = [0; NONCE];
        stamp.nonce.encode(&mut nonce);
        buffer[2 * HASH..].copy_from_slice(&nonce);
        write!(buffer, "{}", stamp.now.0).expect("writing to a Vec cannot fail");
        Self { buffer }
    }

    fn content_sha256(&self) -> &[u8] {
        &self.buffer[HASH..2 * HASH]
    }

    fn nonce(&self) -> &[u8] {
        &self.buffer[2 * HASH..2 * HASH + NONCE]
    }

    fn timestamp(&self) -> &[u8] {
        &self.buffer[2 * HASH + NONCE..]
    }

    fn set_signature(&mut self, tag: &[u8]) {
        const_hex::encode_to_slice(tag, &mut self.buffer[..HASH]).expect("an HMAC-SHA256 is 64 hex digits");
    }

    fn share(self) -> SharedTexts {
        let all = Bytes::from(self.buffer);
        let value = |range: std::ops::Range<usize>| {
            HeaderValue::from_maybe_shared(all.slice(range))
                .expect("hex and decimal digits are visible ASCII")
        };
        let mut signature = value(0..HASH);
        signature.set_sensitive(true);
        SharedTexts {
            signature,
            content_sha256: value(HASH..2 * HASH),
            nonce: value(2 * HASH..2 * HASH + NONCE),
            timestamp: value(2 * HASH + NONCE..all.len()),
        }
    }
}

struct SharedTexts {
    signature: HeaderValue,
    content_sha256: HeaderValue,
    nonce: HeaderValue,
    timestamp: HeaderValue,
}
