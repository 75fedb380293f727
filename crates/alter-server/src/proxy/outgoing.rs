//! From the body of `/sdk/proxy` to the request that goes to the provider. Pure; whatever cannot be sent as asked is
//! refused here, before a credential is touched.

use alter_transport::{Body, Request};
use alter_types::{ErrorCode, ProxyRequest};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use serde_json::Value;
use url::Url;

use crate::rejection::Rejection;

/// Longest URL that is sent, in characters, query included.
const MAX_URL: usize = 65_536;

/// Headers a caller may not set: they carry credentials, steer the connection, or change what the request is.
const REFUSED_HEADERS: [&str; 26] = [
    "authentication",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-goog-authorization",
    "x-goog-iam-authorization-token",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-shopify-access-token",
    "x-stripe-account",
];

/// The provider request of a proxy call, still without its credential.
pub(super) fn outgoing(request: &ProxyRequest) -> Result<Request, Rejection> {
    let method = method(&request.method)?;
    let uri = target(request)?;
    let mut headers = headers(request)?;
    let body = match &request.body {
        None => Body::empty(),
        Some(json) => {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            serde_json::to_vec(json).map_err(|_| invalid("`body` cannot be written as JSON"))?.into()
        }
    };
    let mut outgoing = Request::new(body);
    *outgoing.method_mut() = method;
    *outgoing.uri_mut() = uri;
    *outgoing.headers_mut() = headers;
    Ok(outgoing)
}

fn method(text: &str) -> Result<Method, Rejection> {
    let refused = || invalid("`method` is not an HTTP method that can be forwarded");
    match Method::from_bytes(text.to_ascii_uppercase().as_bytes()).map_err(|_| refused())? {
        Method::CONNECT | Method::TRACE => Err(refused()),
        method => Ok(method),
    }
}

/// The URL with the query parameters merged in: an explicit parameter replaces those of its name.
fn target(request: &ProxyRequest) -> Result<Uri, Rejection> {
    let mut url = Url::parse(&request.url).map_err(|_| invalid("`url` is not an absolute URL"))?;
    url.set_fragment(None);
    if !request.query_params.is_empty() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(name, _)| !request.query_params.contains_key(name))
            .collect();
        let mut query = url.query_pairs_mut();
        query.clear().extend_pairs(kept);
        for (name, value) in &request.query_params {
            let values = match value {
                Value::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                query.append_pair(name, &parameter(name, value)?);
            }
        }
        drop(query);
    }
    if url.as_str().len() > MAX_URL {
        let message = format!("The URL with its query parameters is longer than {MAX_URL} characters.");
        return Err(Rejection::new(ErrorCode::QUERY_TOO_LONG, message));
    }
    url.as_str().parse().map_err(|_| invalid("`url` cannot be requested over HTTP"))
}

fn parameter(name: &str, value: &Value) -> Result<String, Rejection> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => Err(invalid(&format!(
            "`query_params.{name}` is nested; a parameter is a text, a number, a flag or a list"
        ))),
    }
}

fn headers(request: &ProxyRequest) -> Result<HeaderMap, Rejection> {
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 2);
    for (name, value) in &request.headers {
        let Ok(parsed) = HeaderName::try_from(name.trim()) else {
            return Err(invalid("`headers` holds a name that is not a header name (RFC 9110)"));
        };
        if REFUSED_HEADERS.binary_search(&parsed.as_str()).is_ok() || parsed.as_str().starts_with("x-alter-")
        {
            return Err(invalid(&format!(
                "`headers.{parsed}` cannot be set; the vault sets credentials itself"
            )));
        }
        let value = HeaderValue::from_str(value)
            .map_err(|_| invalid(&format!("`headers.{parsed}` is not a header value")))?;
        headers.insert(parsed, value);
    }
    Ok(headers)
}

fn invalid(problem: &str) -> Rejection {
    Rejection::new(ErrorCode::INVALID_REQUEST, format!("The request is not valid: {problem}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{REFUSED_HEADERS, Request, outgoing};

    #[expect(clippy::needless_pass_by_value, reason = "reads better with json! in place")]
    fn build(fields: serde_json::Value) -> Result<Request, String> {
        let mut request =
            json!({ "method": "get", "url": "https://api.example.com/a?x=1&y=2", "provider_id": "p" });
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        outgoing(&serde_json::from_value(request).unwrap()).map_err(|rejection| format!("{rejection:?}"))
    }

    #[test]
    fn an_explicit_parameter_replaces_those_of_its_name_and_keeps_the_others() {
        let sent = build(json!({ "query_params": { "x": [true, null, 2.5], "z": "ä b" } })).unwrap();
        assert_eq!(sent.uri(), "https://api.example.com/a?y=2&x=true&x=&x=2.5&z=%C3%A4+b");
        assert_eq!(build(json!({})).unwrap().uri(), "https://api.example.com/a?x=1&y=2");
    }

    #[test]
    fn a_json_body_is_compact_and_named_unless_the_caller_named_it() {
        let sent = build(json!({ "body": { "a": "ä" } })).unwrap();
        assert_eq!(
            (&sent.body().as_bytes().unwrap()[..], &sent.headers()["content-type"]),
            ("{\"a\":\"ä\"}".as_bytes(), &"application/json".parse().unwrap())
        );
        let sent =
            build(json!({ "body": [1], "headers": { "Content-Type": "application/scim+json" } })).unwrap();
        assert_eq!(sent.headers()["content-type"], "application/scim+json");
    }

    #[test]
    fn what_would_carry_a_credential_or_steer_the_connection_is_refused_by_name() {
        assert!(REFUSED_HEADERS.is_sorted(), "the list is searched by bisection");
        for name in REFUSED_HEADERS.iter().chain(&["X-Alter-Caller", " Authorization "]) {
            let refused = build(json!({ "headers": { *name: "canary-value" } })).unwrap_err();
            assert!(
                refused.contains(&name.trim().to_ascii_lowercase()) && !refused.contains("canary-value"),
                "{refused}"
            );
        }
        assert!(build(json!({ "headers": { "bad name": "x" } })).is_err());
        assert!(build(json!({ "headers": { "x-ok": "a\r\nb" } })).is_err());
        assert!(build(json!({ "method": "CONNECT" })).is_err());
        assert!(build(json!({ "url": "relative/path" })).is_err());
        assert!(build(json!({ "query_params": { "a": { "b": 1 } } })).is_err());
        let long = build(json!({ "query_params": { "a": "x".repeat(65_536) } })).unwrap_err();
        assert!(long.contains("query_too_long"), "{long}");
    }
}
