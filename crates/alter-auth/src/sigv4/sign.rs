//! [`sign`]: the signature of one request, as headers to set.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

use super::{Credential, Options, Payload, Request, SigV4Error, canonical, scope::Scope};
use crate::UnixSeconds;

/// The headers a signature consists of. Whoever records a request leaves them out.
pub static SIGNATURE_HEADERS: [HeaderName; 4] =
    [header::AUTHORIZATION, X_AMZ_DATE, X_AMZ_CONTENT_SHA256, X_AMZ_SECURITY_TOKEN];

const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The headers that authenticate one request.
pub struct SignatureHeaders {
    authorization: HeaderValue,
    date: HeaderValue,
    content_sha256: HeaderValue,
    security_token: Option<HeaderValue>,
}

impl SignatureHeaders {
    /// Puts them in place of whatever `headers` had under the same names. A security token that was not signed is
    /// removed.
    pub fn apply(self, headers: &mut HeaderMap) {
        headers.insert(header::AUTHORIZATION, self.authorization);
        headers.insert(X_AMZ_DATE, self.date);
        headers.insert(X_AMZ_CONTENT_SHA256, self.content_sha256);
        match self.security_token {
            Some(token) => drop(headers.insert(X_AMZ_SECURITY_TOKEN, token)),
            None => drop(headers.remove(X_AMZ_SECURITY_TOKEN)),
        }
    }
}

impl fmt::Debug for SignatureHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureHeaders(…)")
    }
}

/// Signs one request. Pure: the time is an argument, and the request is not touched.
///
/// What the host tells about service and region ([`detect`](super::detect)) wins over what is stored with the
/// credential, unless it is a guess.
///
/// # Errors
/// See [`SigV4Error`]: an undetectable service or region, a URL without a host, an unsigned payload for a service
/// other than S3, a session token that no header can carry, or a time outside the calendar.
pub fn sign(
    request: &Request<'_>,
    credential: &Credential,
    now: UnixSeconds,
    options: Options,
) -> Result<SignatureHeaders, SigV4Error> {
    let host = request.uri.host().filter(|host| !host.is_empty()).ok_or(SigV4Error::NoHost)?;
    let scope = Scope::resolve(host, credential, now)?;
    if matches!(request.payload, Payload::Unsigned) && !scope.is_s3() {
        return Err(SigV4Error::UnsignedPayload);
    }
    let security_token = match credential.session_token() {
        Some(token) => Some(sensitive(token).ok_or(SigV4Error::SessionToken)?),
        None => None,
    };
    let content_sha256 = request.payload.content_sha256();

    let ours = SIGNATURE_HEADERS.each_ref().map(HeaderName::as_str);
    let mut headers = canonical::Headers::select(request.headers, options.headers, &ours);
    headers.insert("host", &host_value(host, request.uri, request.headers));
    headers.insert("x-amz-content-sha256", content_sha256.as_bytes());
    headers.insert("x-amz-date", scope.instant().as_bytes());
    if let Some(token) = &security_token {
        headers.insert("x-amz-security-token", token.as_bytes());
    }
    let path = request.uri.path();
    let path = if scope.is_s3() { canonical::s3_path(path) } else { canonical::path(path, options.path) };
    let query = canonical::query(request.uri.query().unwrap_or_default());
    let canonical = canonical::request(request.method.as_str(), &path, &query, &headers, &content_sha256);

    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
        credential.access_key_id(),
        scope.text(),
        headers.names(),
        scope.signature(&canonical, credential.secret_key()),
    );
    Ok(SignatureHeaders {
        authorization: sensitive(&authorization).expect("the parts of a signature are visible ASCII"),
        date: HeaderValue::from_str(scope.instant()).expect("a date is visible ASCII"),
        content_sha256: HeaderValue::from_str(&content_sha256).expect("a hash is visible ASCII"),
        security_token,
    })
}

/// The `Host` that will be sent: the caller's own, or that of the URL, with its port unless it is 80 or 443.
fn host_value(host: &str, uri: &Uri, headers: &HeaderMap) -> Vec<u8> {
    if let Some(own) = headers.get(header::HOST) {
        return own.as_bytes().to_vec();
    }
    let host = host.to_ascii_lowercase();
    match uri.port_u16() {
        None | Some(80 | 443) => host.into_bytes(),
        Some(port) => format!("{host}:{port}").into_bytes(),
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
