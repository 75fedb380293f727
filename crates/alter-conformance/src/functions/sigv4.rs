//! AWS signatures. W-05 makes us differ on purpose: more headers are signed, paths are normalised, more hosts are
//! known, and errors are typed.

use alter_auth::{
    UnixSeconds,
    sigv4::{self, Credential, Options, Payload, Request, SigV4Error},
};
use alter_types::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde_json::{Map, Value, json};

use super::Row;
use crate::{bytes, report::Outcome};

const W_05: Outcome = Outcome::PassedByRule("W-05");

pub(super) fn detect(row: &Row<'_>) -> Outcome {
    let host = row.arg(0).as_str().unwrap_or_default();
    let ours = sigv4::detect(host);
    let (service, region) = match &ours {
        Some(detected) => (json!(detected.service), json!(detected.region)),
        None => (Value::Null, Value::Null),
    };
    let result = json!({ "service": service, "region": region });
    if *row.result() == result {
        return Outcome::Passed;
    }
    // W-05a: a host of AWS that was not known is known now. Its region is one of its labels.
    let of_aws =
        [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"].iter().any(|end| host.ends_with(end));
    let labelled = region.as_str().is_some_and(|region| host.split('.').any(|label| label == region));
    if row.result()["service"].is_null() && of_aws && labelled {
        W_05
    } else {
        Outcome::failed(row.result(), result)
    }
}

pub(super) fn sign(row: &Row<'_>) -> Outcome {
    match Asked::read(row) {
        Ok(Some(asked)) => asked.compare(row),
        Ok(None) => Outcome::NotApplicable("a URL is percent-encoded by its type; this one is not"),
        Err(error) => Outcome::failed("a request to sign", error),
    }
}

/// One request, as the recorded function took it.
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
    credential: Credential,
    now: UnixSeconds,
}

impl Asked {
    /// `None` if no request could have this URL.
    fn read(row: &Row<'_>) -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
        let url = text(row.arg(1))?;
        let path = url.split('?').next().unwrap_or_default();
        if path.contains(|c: char| c == ' ' || !c.is_ascii()) {
            return Ok(None);
        }
        let mut headers = HeaderMap::new();
        for (name, value) in row.arg(2).as_object().into_iter().flatten() {
            headers.append(HeaderName::try_from(name)?, HeaderValue::from_str(&text(value)?)?);
        }
        let secret_key = text(row.kwarg("secret_key"))?;
        let mut credential = Credential::new(&text(row.kwarg("access_key_id"))?, secret_key.into())?;
        if let Some(token) = row.kwarg("session_token").as_str() {
            credential = credential.with_session_token(token.into());
        }
        if let Some(region) = row.kwarg("region").as_str() {
            credential = credential.with_region(region)?;
        }
        if let Some(service) = row.kwarg("service").as_str() {
            credential = credential.with_service(service)?;
        }
        let now = match row.kwarg("timestamp")["$datetime"].as_str() {
            Some(instant) => instant.parse::<Timestamp>()?.unix_seconds(),
            None => row.unix_time(),
        };
        Ok(Some(Self {
            method: text(row.arg(0))?.parse()?,
            uri: encoded(&url).parse()?,
            headers,
            body: bytes::of(row.arg(3))?,
            credential,
            now: UnixSeconds(now),
        }))
    }

    fn compare(&self, row: &Row<'_>) -> Outcome {
        let ours = match self.signed(&self.uri, Options::default()) {
            Ok(ours) => ours,
            // W-05a: a typed error instead of Python's own, without the URL in it.
            Err(SigV4Error::UnknownService | SigV4Error::UnknownRegion) if row.fails() => return W_05,
            Err(error) => return Outcome::failed(row.result(), error),
        };
        let recorded = row.result();
        if ours == *recorded {
            return Outcome::Passed;
        }
        // W-05c and d: with the official choice of headers and form of path, the signature is the recorded one.
        let official = self.signed(&self.uri, Options::official());
        // Of `/a;b` the official signature covers `/a` only, while `/a;b` is sent.
        let cut = self.signed(&without_path_parameters(&self.uri), Options::official());
        if official.as_ref() == Ok(recorded) || cut.as_ref() == Ok(recorded) {
            W_05
        } else {
            Outcome::failed(recorded, ours)
        }
    }

    fn signed(&self, uri: &Uri, options: Options) -> Result<Value, SigV4Error> {
        let payload = Payload::Bytes(&self.body);
        let request = Request { method: &self.method, uri, headers: &self.headers, payload };
        let mut set = HeaderMap::new();
        sigv4::sign(&request, &self.credential, self.now, options)?.apply(&mut set);
        let mut shown = Map::new();
        for (name, value) in &set {
            let name = if name == http::header::AUTHORIZATION { "Authorization" } else { name.as_str() };
            shown.insert(name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into());
        }
        Ok(Value::Object(shown))
    }
}

/// The URL as it would be sent, fragment included: what is not ASCII is percent-encoded.
fn encoded(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The URI without what follows the first `;` of its last segment.
fn without_path_parameters(uri: &Uri) -> Uri {
    let path = uri.path();
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let Some(at) = path[last..].find(';') else { return uri.clone() };
    let text = uri.to_string().replacen(path, &path[..last + at], 1);
    text.parse().unwrap_or_else(|_| uri.clone())
}
