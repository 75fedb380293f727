//! From the request to a provider to the form it waits for approval in, and back. Pure.

use alter_transport::{Body, Request};
use alter_vault::FrozenCall;
use http::{HeaderName, HeaderValue, Method, Uri};

/// The request as it will be sent, less the credential.
pub(super) fn freeze(request: &Request) -> FrozenCall {
    let headers = request.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    FrozenCall {
        method: request.method().to_string(),
        url: request.uri().to_string(),
        headers: headers.collect(),
        body: request.body().as_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default(),
    }
}

/// The request again; `None` if it is none, which [`freeze`] does not write.
pub(super) fn thaw(call: FrozenCall) -> Option<Request> {
    let body = if call.body.is_empty() { Body::empty() } else { Body::from(call.body) };
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(call.method.as_bytes()).ok()?;
    *request.uri_mut() = Uri::try_from(call.url).ok()?;
    for (name, value) in call.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        request.headers_mut().append(name, HeaderValue::from_str(&value).ok()?);
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_thaws_is_what_was_frozen() {
        let mut request = Request::new(Body::from("{\"a\":1}"));
        *request.method_mut() = Method::PATCH;
        *request.uri_mut() = "https://api.example.com/v1/x?page=1&page=2".parse().unwrap();
        request.headers_mut().append("x-shop", HeaderValue::from_static("7"));
        request.headers_mut().append("x-shop", HeaderValue::from_static("8"));
        let frozen = freeze(&request);
        let written = serde_json::to_vec(&frozen).unwrap();
        let thawed = thaw(serde_json::from_slice(&written).unwrap()).unwrap();
        assert_eq!(freeze(&thawed), frozen);
        assert_eq!(thawed.headers(), request.headers());
        assert_eq!((thawed.method(), thawed.uri()), (request.method(), request.uri()));
    }
}
