//! Whether the requests that were sent are the recorded ones.

use std::collections::BTreeMap;

use alter_auth::{SkewWindow, UnixSeconds, verify};
use http::HeaderMap;
use serde_json::{Map, Value};

use super::{
    peers::Seen,
    vector::{Exchange, Vector},
};
use crate::{bytes, models::same_json};

/// What belongs to the HTTP library, or to a signature that is checked by itself.
const NOT_COMPARED: [&str; 6] =
    ["user-agent", "host", "accept", "accept-encoding", "content-length", "connection"];
const SIGNATURE: [&str; 4] =
    ["x-alter-nonce", "x-alter-content-sha256", "x-alter-signature", "x-alter-signature-v2"];

/// The first difference, in words.
pub(super) fn compare(vector: &Vector, seen: &[Seen]) -> Result<(), String> {
    let last = vector.exchanges().last().map(|exchange| exchange.request.target.as_str());
    let repeats =
        |request: &&Seen| vector.differences.extra_requests && last == Some(request.target.as_str());
    if let Some(extra) = seen.iter().find(|request| request.exchange.is_none() && !repeats(request)) {
        return Err(format!("not recorded: {} {} to the {}", extra.method, extra.target, extra.to));
    }
    for (index, exchange) in vector.exchanges().iter().enumerate() {
        let request = seen.iter().find(|request| request.exchange == Some(index));
        let what = format!("{} {} to the {}", exchange.request.method, exchange.request.target, exchange.to);
        let Some(request) = request else { return Err(format!("no request {what}")) };
        compare_one(vector, exchange, request).map_err(|difference| format!("{what}: {difference}"))?;
    }
    Ok(())
}

fn compare_one(vector: &Vector, exchange: &Exchange, seen: &Seen) -> Result<(), String> {
    let recorded = &exchange.request;
    equal("method", recorded.method.as_str(), seen.method.as_str())?;
    let is_aws = vector.differences.aws && exchange.to == "provider";
    let spelt =
        |target: &str| if vector.differences.spelling || is_aws { plain(target) } else { target.to_owned() };
    equal("target", &spelt(&recorded.target), &spelt(&seen.target))?;
    let host = recorded.transport_headers.get("Host").and_then(Value::as_str);
    if let Some(host) = host.filter(|_| exchange.to == "provider") {
        equal("host", host, &seen.host)?;
    }
    let body = bytes::of(&Value::Object(recorded.body.clone())).map_err(|error| error.to_string())?;
    let same_bytes = body == seen.body;
    if !same_bytes {
        let numbers = vector.has_tag("float-format") || vector.has_tag("bignum");
        if !exchange.compares_as_json() && !numbers && !is_aws {
            return Err(format!("body: {} != {}", text(&body), text(&seen.body)));
        }
        compare_json(&body, &seen.body)?;
    }
    let (recorded_headers, mut sent) = (headers_of(&recorded.headers), headers_sent(&seen.headers));
    if vector.differences.idempotency_key {
        sent.remove("idempotency-key");
    }
    let nonce = |headers: &Headers| headers.get("x-alter-nonce").cloned();
    let is_exact = same_bytes && !exchange.is_rewritten && nonce(&recorded_headers) == nonce(&sent);
    if !is_exact && exchange.to == "backend" {
        verified(vector, seen)?;
    }
    if is_aws {
        return aws_signed(recorded_headers, sent);
    }
    compare_headers(recorded_headers, sent, is_exact)
}

/// A target without the choice of what to escape, and without the order of its parameters.
fn plain(target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut parameters: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    parameters.sort();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    format!("{path} {parameters:?}")
}

/// The same key and scope have signed at least the recorded headers; the signature itself covers more, and is checked
/// where signatures are.
fn aws_signed(mut recorded: Headers, mut sent: Headers) -> Result<(), String> {
    let parts = |headers: &mut Headers| {
        let value = headers.remove("authorization")?.pop()?;
        let part = |name: &str| {
            let (_, rest) = value.split_once(&format!("{name}="))?;
            Some(rest.split(',').next()?.trim().to_owned())
        };
        Some((part("Credential")?, part("SignedHeaders")?))
    };
    let (Some((key, names)), Some((our_key, our_names))) = (parts(&mut recorded), parts(&mut sent)) else {
        return Err("no AWS signature".to_owned());
    };
    equal("Credential", &key, &our_key)?;
    let ours: Vec<_> = our_names.split(';').collect();
    if let Some(name) = names.split(';').find(|name| !ours.contains(name)) {
        return Err(format!("{name} is not signed: {our_names}"));
    }
    for headers in [&mut recorded, &mut sent] {
        headers.remove("x-amz-content-sha256");
    }
    compare_headers(recorded, sent, true)
}

type Headers = BTreeMap<String, Vec<String>>;

fn headers_of(recorded: &Map<String, Value>) -> Headers {
    let mut headers = Headers::new();
    for (name, values) in recorded {
        let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
        let values = values.iter().filter_map(|value| value.as_str().map(str::to_owned));
        headers.entry(name.to_ascii_lowercase()).or_default().extend(values);
    }
    headers
}

fn headers_sent(sent: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in sent {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.as_str().to_owned()).or_default().push(value);
    }
    headers
}

fn compare_headers(recorded: Headers, sent: Headers, is_exact: bool) -> Result<(), String> {
    let compared = |mut headers: Headers| {
        headers.retain(|name, _| !NOT_COMPARED.contains(&name.as_str()));
        if !is_exact {
            for name in SIGNATURE {
                // That there is one is compared, not which.
                headers.entry(name.to_owned()).and_modify(|values| *values = vec![String::new()]);
            }
        }
        headers
    };
    let (recorded, sent) = (compared(recorded), compared(sent));
    for (name, values) in &recorded {
        match sent.get(name) {
            None => return Err(format!("header {name} is missing")),
            Some(others) if others != values => {
                return Err(format!("header {name}: {values:?} != {others:?}"));
            }
            Some(_) => {}
        }
    }
    match sent.keys().find(|name| !recorded.contains_key(*name)) {
        Some(name) => Err(format!("header {name} is not recorded: {:?}", sent[name])),
        None => Ok(()),
    }
}

/// A signature that cannot be the recorded one, because another nonce or other bytes were signed, holds by itself.
fn verified(vector: &Vector, seen: &Seen) -> Result<(), String> {
    let now = UnixSeconds(vector.pinned.unix_time);
    let verified = verify(&seen.method, &seen.target, &seen.headers, &seen.body, now, SkewWindow::default());
    verified.map(drop).map_err(|error| format!("the signature does not hold: {error}"))
}

/// Equal as JSON. Audit rows hold headers, whose names have no case, and among them the SDK's own name.
fn compare_json(recorded: &[u8], sent: &[u8]) -> Result<(), String> {
    let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).map(without_own_name);
    let (Ok(recorded), Ok(sent)) = (read(recorded), read(sent)) else {
        return Err("a body that is not JSON".to_owned());
    };
    if same_json(&recorded, &sent) { Ok(()) } else { Err(format!("body: {recorded} != {sent}")) }
}

fn without_own_name(mut row: Value) -> Value {
    for name in ["request_headers", "response_headers"] {
        if let Some(headers) = row.get_mut(name).and_then(Value::as_object_mut) {
            let lower =
                std::mem::take(headers).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
            *headers = lower.filter(|(name, _)| name != "user-agent").collect();
        }
    }
    // Drawn by chance: 16 bytes in base64url.
    if row.get("sdk_correlation_id").and_then(Value::as_str).is_some_and(|id| id.len() == 22) {
        row["sdk_correlation_id"] = Value::Null;
    }
    row
}

fn equal(what: &str, recorded: &str, sent: &str) -> Result<(), String> {
    if recorded == sent { Ok(()) } else { Err(format!("{what}: {recorded:?} != {sent:?}")) }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
