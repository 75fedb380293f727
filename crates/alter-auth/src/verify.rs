//! [`verify`]: checks that a received request was signed by the key it presents, recently, over exactly these bytes
//! (`docs/protocol.md` 4.6). Looking the key up and refusing a known nonce are the caller's next steps.

use alter_types::{Caller, ErrorCode};
use http::{HeaderMap, HeaderName, Method};
use ring::{digest, hmac};
use subtle::ConstantTimeEq;

use crate::{
    ApiKey, Attribution, KeyError, Nonce, SigningKey, UnixSeconds, canonical, header,
    nonce::decode_lower_hex,
    received::{self, Received},
    string_to_sign::Covered,
};

/// How far a request's timestamp may be from the verifier's clock, either way. 300 seconds unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkewWindow {
    seconds: u32,
}

impl SkewWindow {
    /// A window of `seconds` either way.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self { seconds }
    }

    /// The window's half width in seconds.
    #[must_use]
    pub const fn whole_seconds(self) -> u32 {
        self.seconds
    }
}

impl Default for SkewWindow {
    fn default() -> Self {
        Self::seconds(300)
    }
}

/// Which string to sign the signature was made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureGeneration {
    /// Six fields plus actor headers (0.21 and later): attribution is covered.
    ActorBound,
    /// Six fields (0.14 and later). Actor headers of a release before 0.21 are *not* covered.
    Constrained,
    /// Five fields (up to 0.13). Actor headers are *not* covered; narrowing does not exist.
    FiveFields,
}

/// A request whose signature is right.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verified {
    /// The key the request presented. Whether it exists and is live is for the caller to find out.
    pub key: ApiKey,
    /// When the client signed.
    pub timestamp: UnixSeconds,
    /// Must not be accepted a second time for this key.
    pub nonce: Nonce,
    /// Who the client says it is; signed only with [`SignatureGeneration::ActorBound`].
    pub attribution: Attribution,
    /// `X-Alter-Scope-Constraints`, verbatim.
    pub constraints: Option<String>,
    /// `X-Alter-Request-Rule`, verbatim.
    pub rule: Option<String>,
    /// What the signature covered.
    pub generation: SignatureGeneration,
}

/// Why a request was refused. Texts name headers, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header every signed request has is not there.
    #[error("the {0} header is missing; every request must be signed")]
    Missing(HeaderName),
    /// A header that must appear once appears several times.
    #[error("the {0} header appears more than once")]
    Repeated(HeaderName),
    /// A header's value has the wrong form.
    #[error("the {0} header is malformed")]
    Malformed(HeaderName),
    /// The presented key is not an API key at all.
    #[error("{0}")]
    Key(#[source] KeyError),
    /// The clocks differ by more than the window. Positive: the client is ahead.
    #[error(
        "the request's timestamp is {skew_seconds} seconds from the server's clock; the limit is {limit_seconds}"
    )]
    Stale {
        /// Client time minus server time, in seconds.
        skew_seconds: i64,
        /// The window, in seconds.
        limit_seconds: u32,
    },
    /// The body is not the one that was hashed.
    #[error("the body does not match the x-alter-content-sha256 header")]
    Content,
    /// The signature does not cover this request under this key.
    #[error("the signature does not match the request")]
    Signature,
}

impl VerifyError {
    /// The code to answer with; all of them belong on status 401.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Key(_) => ErrorCode::INVALID_KEY,
            Self::Stale { .. } => ErrorCode::STALE_TIMESTAMP,
            Self::Missing(name) if *name == header::X_API_KEY => ErrorCode::INVALID_KEY,
            _ => ErrorCode::INVALID_SIGNATURE,
        }
    }
}

/// The API key a request presents, before anything is verified. For choosing an answer after a failed [`verify`].
///
/// # Errors
/// [`VerifyError::Missing`], [`VerifyError::Repeated`], or [`VerifyError::Key`] if it is not well formed.
pub fn presented_key(headers: &HeaderMap) -> Result<ApiKey, VerifyError> {
    received::api_key(headers)?.parse().map_err(VerifyError::Key)
}

/// Verifies one request.
///
/// `target` is path and query as received, less any mount prefix; `body` the received bytes, before any parsing.
/// All generations of the signature are accepted (see [`SignatureGeneration`]); stripping the newer headers from a
/// newer request does not make it an older one, because its main signature is over the actor headers too.
///
/// A server that verifies many requests keeps a [`Verifier`](crate::Verifier): it derives each key's signing key once.
///
/// # Errors
/// See [`VerifyError`]: a missing, repeated or malformed header, a key that is none, a timestamp outside `window`,
/// another body, or a signature that does not match. The signature is compared in constant time.
pub fn verify(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: UnixSeconds,
    window: SkewWindow,
) -> Result<Verified, VerifyError> {
    verify_with(method, target, headers, body, now, window, ApiKey::signing_key)
}

/// [`verify`], with the signing key of a key from wherever it is.
pub(crate) fn verify_with(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: UnixSeconds,
    window: SkewWindow,
    signing_key: impl FnOnce(&ApiKey) -> SigningKey,
) -> Result<Verified, VerifyError> {
    let received = Received::read(headers)?;
    let key: ApiKey = required(received.api_key, header::X_API_KEY)?.parse().map_err(VerifyError::Key)?;
    let timestamp_text = required(received.timestamp, header::X_ALTER_TIMESTAMP)?;
    let nonce_text = required(received.nonce, header::X_ALTER_NONCE)?;
    let content_text = required(received.content_sha256, header::X_ALTER_CONTENT_SHA256)?;
    let signature_text = required(received.signature, header::X_ALTER_SIGNATURE)?;
    let signature = Signature::parse(signature_text)?;

    let timestamp = parse_timestamp(timestamp_text)?;
    let nonce = Nonce::from_hex(nonce_text).ok_or(VerifyError::Malformed(header::X_ALTER_NONCE))?;
    check_window(timestamp, now, window)?;
    check_content(content_text, body)?;

    let attribution = read_attribution(&received)?;
    let canonical = canonical::target(target);
    let covered = Covered {
        method: &canonical::method(method.as_str()),
        target: &canonical,
        timestamp: timestamp_text,
        nonce: nonce_text,
        content_sha256: content_text,
        constraints: received.constraints,
        rule: received.rule,
    };
    // Both signature headers come from the sender: whether they are the same is no secret.
    let second = received.signature_v2.map(|second| second == signature_text);
    let generation =
        matching_generation(&signing_key(&key), &covered, target, &attribution, &signature, second)
            .ok_or(VerifyError::Signature)?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(Verified {
        key,
        timestamp,
        nonce,
        attribution,
        constraints: owned(received.constraints),
        rule: owned(received.rule),
        generation,
    })
}

/// Finds the string to sign that both signature headers fit, newest first. `second` says whether the second header,
/// where there is one, equals the first.
fn matching_generation(
    key: &SigningKey,
    covered: &Covered<'_>,
    raw_target: &str,
    attribution: &Attribution,
    signature: &Signature,
    second: Option<bool>,
) -> Option<SignatureGeneration> {
    if let Some(equal) = second {
        let has_actor = *attribution != Attribution::default();
        let bound = equal && has_actor && signature.is(&covered.actor_bound(key, attribution));
        return bound.then_some(SignatureGeneration::ActorBound);
    }
    if signature.is(&covered.constrained(key)) {
        return Some(SignatureGeneration::Constrained);
    }
    // A five-field signature covers no narrowing, so it cannot vouch for a request that carries some.
    let narrowed = covered.constraints.is_some() || covered.rule.is_some();
    let older = Covered { target: raw_target, ..*covered };
    (!narrowed && signature.is(&older.five_fields(key))).then_some(SignatureGeneration::FiveFields)
}

struct Signature([u8; 32]);

impl Signature {
    fn parse(text: &[u8]) -> Result<Self, VerifyError> {
        decode_lower_hex(text).map(Self).ok_or(VerifyError::Malformed(header::X_ALTER_SIGNATURE))
    }

    fn is(&self, tag: &hmac::Tag) -> bool {
        self.0.ct_eq(tag.as_ref()).into()
    }
}

/// One to twelve decimal digits, and nothing else.
fn parse_timestamp(text: &[u8]) -> Result<UnixSeconds, VerifyError> {
    let digit = |b: &u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
    let seconds = (1..=12)
        .contains(&text.len())
        .then(|| text.iter().try_fold(0_i64, |seconds, b| Some(seconds * 10 + digit(b)?)));
    seconds.flatten().map(UnixSeconds).ok_or(VerifyError::Malformed(header::X_ALTER_TIMESTAMP))
}

fn check_window(timestamp: UnixSeconds, now: UnixSeconds, window: SkewWindow) -> Result<(), VerifyError> {
    let skew_seconds = timestamp.0.saturating_sub(now.0);
    if skew_seconds.unsigned_abs() > u64::from(window.seconds) {
        return Err(VerifyError::Stale { skew_seconds, limit_seconds: window.seconds });
    }
    Ok(())
}

fn check_content(declared: &[u8], body: &[u8]) -> Result<(), VerifyError> {
    let mut actual = [0; 64];
    const_hex::encode_to_slice(digest::digest(&digest::SHA256, body).as_ref(), &mut actual)
        .expect("a SHA-256 is 64 hex digits");
    // Both hashes are of bytes the sender has: nothing to hide from a stopwatch.
    if declared == actual { Ok(()) } else { Err(VerifyError::Content) }
}

fn read_attribution(received: &Received<'_>) -> Result<Attribution, VerifyError> {
    let caller = match (received.caller, received.caller_type) {
        (None, None) => None,
        (name, kind) => {
            let kind = required(kind, header::X_ALTER_CALLER_TYPE)?
                .parse()
                .map_err(|_| VerifyError::Malformed(header::X_ALTER_CALLER_TYPE))?;
            let name = required(name, header::X_ALTER_CALLER)?;
            Some(Caller::new(name, kind).map_err(|_| VerifyError::Malformed(header::X_ALTER_CALLER))?)
        }
    };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(Attribution { caller, actor_id: owned(received.actor_id), context: owned(received.context) })
}

fn required<T>(value: Option<T>, name: HeaderName) -> Result<T, VerifyError> {
    value.ok_or(VerifyError::Missing(name))
}
