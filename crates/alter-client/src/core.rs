//! [`Core`]: what all clones and handles of one client share, and the one way to call the vault.

use std::{sync::Arc, time::Duration};

use alter_transport::{
    AuditQueue, BackendPlane, Body, CallContext, CallMeta, Deadline, Identity, ProviderPlane, Request,
    Response,
};
use alter_types::{AlterError, ErrorResponse, Surface};
use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Result,
    error::{Peer, answered, from_transport, outside_contract, value},
    gate::Gate,
};

pub(crate) struct Core {
    pub(crate) backend: BackendPlane,
    pub(crate) provider: ProviderPlane,
    pub(crate) identity: Identity,
    pub(crate) audit: AuditQueue,
    pub(crate) gate: Gate,
    pub(crate) timeout: Duration,
}

/// How this SDK introduces itself.
pub(crate) const SDK: HeaderValue =
    HeaderValue::from_static(concat!("alter-sdk-rust/", env!("CARGO_PKG_VERSION")));
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A successful answer of the vault.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    pub(crate) meta: CallMeta,
}

impl Core {
    /// Posts `body` to `path`, which starts with `/sdk/`. Any 2xx is a success.
    pub(crate) async fn post(
        &self,
        path: &str,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        let request = post_request(&self.backend, path, deadline, body)?;
        let response =
            self.backend.call(cx, request).await.map_err(|error| from_transport(Peer::Backend, error))?;
        read(surface, response)
    }
}

/// The request for a `POST`, not yet signed.
pub(crate) fn post_request(
    backend: &BackendPlane,
    path: &str,
    deadline: Option<Deadline>,
    body: &impl Serialize,
) -> Result<Request> {
    let body = serde_json::to_vec(body).map_err(|_| value("the request cannot be written as JSON"))?;
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() =
        backend.base_url().join(path).map_err(|_| value("the path holds characters a URL cannot"))?;
    request.headers_mut().insert(CONTENT_TYPE, JSON);
    request.headers_mut().insert(USER_AGENT, SDK);
    if let Some(deadline) = deadline {
        request.extensions_mut().insert(deadline);
    }
    Ok(request)
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
    /// The body as a model of the protocol. A body of another shape is not repeated in the error: it may hold a
    /// secret.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|_| {
            let error =
                outside_contract("the vault's answer is not what the protocol says", self.status.as_u16());
            let error = answered(error, self.meta.clone());
            match &self.meta.request_id {
                Some(id) => error.with_request_id(&**id),
                None => error,
            }
        })
    }
}

/// What a handle holds on to.
pub(crate) type Shared = Arc<Core>;
