//! [`Message`] and [`Answer`]: one exchange with the vault, before it is signed and after it was read.

use std::{fmt::Write as _, time::Duration};

use alter_transport::{BackendPlane, Body, CallContext, CallMeta, Deadline, Held, Request, Response};
use alter_types::{AlterError, ErrorResponse, Surface};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error, Result,
    error::{Peer, answered, from_transport, outside_contract, value},
};

/// How this SDK introduces itself.
pub(crate) const SDK: HeaderValue =
    HeaderValue::from_static(concat!("alter-sdk-rust/", env!("CARGO_PKG_VERSION")));
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One request of the protocol, before it is dressed and signed. Its body may hold tokens, so it cannot be printed.
pub(crate) struct Message<'a> {
    pub(crate) method: Method,
    /// Path and query. It starts with `/sdk/`; what is variable in it is an id, or percent-encoded.
    pub(crate) path: &'a str,
    pub(crate) headers: HeaderMap,
    /// JSON, or nothing.
    pub(crate) body: Option<Bytes>,
    /// How long the vault is asked to hold its answer back.
    pub(crate) held: Option<Held>,
}

/// A successful answer of the vault.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    pub(crate) meta: CallMeta,
}

impl<'a> Message<'a> {
    pub(crate) fn new(method: Method, path: &'a str) -> Self {
        Self { method, path, headers: HeaderMap::new(), body: None, held: None }
    }

    /// Asks in its path or body for an answer that is held back for `time`: one attempt may take that much longer.
    pub(crate) fn held(mut self, time: Duration) -> Self {
        self.held = Some(Held(time));
        self
    }

    /// Carries `body`, written compactly and in ASCII, once: these bytes are signed and sent.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self> {
        let json = serde_json::to_string(body).map_err(|_| value("the request cannot be written as JSON"))?;
        self.body = Some(in_ascii(json).into());
        Ok(self)
    }

    /// The request, not yet signed.
    pub(crate) fn into_request(self, backend: &BackendPlane, deadline: Option<Deadline>) -> Result<Request> {
        let uri = backend
            .base_url()
            .join(self.path)
            .map_err(|_| value("the path holds characters a URL cannot"))?;
        let has_body = self.body.is_some();
        let mut request = Request::new(self.body.map_or_else(Body::empty, Body::from));
        *request.method_mut() = self.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        if has_body {
            request.headers_mut().insert(CONTENT_TYPE, JSON);
        }
        request.headers_mut().insert(USER_AGENT, SDK);
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(deadline);
        }
        if let Some(held) = self.held {
            request.extensions_mut().insert(held);
        }
        Ok(request)
    }
}

/// The same JSON with every other character escaped, as the official SDK writes what it sends to the vault. Only texts
/// can hold such characters.
fn in_ascii(json: String) -> String {
    let is_plain = |byte: u8| byte.is_ascii() && byte != b'\x7f';
    if json.bytes().all(is_plain) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + json.len() / 2);
    for character in json.chars() {
        if character.is_ascii() && character != '\x7f' {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}").expect("writing to a String does not fail");
            }
        }
    }
    escaped
}

/// Sends one message and reads the answer. Any 2xx is a success.
pub(crate) async fn exchange(
    backend: &BackendPlane,
    message: Message<'_>,
    surface: Surface,
    cx: CallContext,
    deadline: Option<Deadline>,
) -> Result<Answer> {
    let request = message.into_request(backend, deadline)?;
    let response = backend.call(cx, request).await.map_err(|error| from_transport(Peer::Backend, error))?;
    read(surface, response)
}

fn read(surface: Surface, mut response: Response) -> Result<Answer> {
    let meta = response.extensions_mut().remove::<CallMeta>().unwrap_or_default();
    let status = response.status();
    let body = response.body().as_bytes().cloned().unwrap_or_default();
    if status.is_success() {
        return Ok(Answer { status, body, meta });
    }
    let refusal = ErrorResponse::new(status.as_u16(), &body)
        .with_retry_after(response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()))
        .with_request_id(meta.request_id.as_deref());
    Err(answered(AlterError::from_response(surface, &refusal), meta))
}

impl Answer {
    /// The answer, if it has the one status that is a success of this operation.
    pub(crate) fn only(self, status: StatusCode) -> Result<Self> {
        if self.status == status { Ok(self) } else { Err(self.malformed()) }
    }

    /// The body as a model of the protocol. A body of another shape is not repeated in the error: it may hold a
    /// secret.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|_| self.malformed())
    }

    /// As [`json`](Self::json), for a model all of whose fields may be missing: serde would read it from a list, too.
    pub(crate) fn object<T: DeserializeOwned>(&self) -> Result<T> {
        if self.body.trim_ascii_start().first() == Some(&b'{') { self.json() } else { Err(self.malformed()) }
    }

    fn malformed(&self) -> Error {
        self.noted(outside_contract("the vault's answer is not what the protocol says", self.status.as_u16()))
    }

    /// An error this answer led to, with what is known of the call.
    pub(crate) fn noted(&self, error: Error) -> Error {
        let error = answered(error, self.meta.clone());
        match &self.meta.request_id {
            Some(id) => error.with_request_id(&**id),
            None => error,
        }
    }
}
