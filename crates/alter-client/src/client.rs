//! [`Client`]: what [`App`](crate::App) and [`Agent`](crate::Agent) wrap: the shared core, how this handle looks at it,
//! and the one way to call the vault.

use std::{fmt, sync::Arc, time::Duration};

use alter_transport::{
    BackendPlane, Body, CallContext, CallMeta, Deadline, Held, Operation, Request, Response,
};
use alter_types::{ActorId, AlterError, CallerType, ErrorResponse, RateLimitSnapshot, Secret, Surface};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error, Result,
    core::Core,
    error::{Peer, answered, from_transport, outside_contract, value},
    gate::Place,
};

/// How this SDK introduces itself.
pub(crate) const SDK: HeaderValue =
    HeaderValue::from_static(concat!("alter-sdk-rust/", env!("CARGO_PKG_VERSION")));
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Which facade a client has. It decides what the vault's word "no such grant" means, and which operations there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    App,
    Agent,
}

/// One client. Cheap to clone; clones are the same client.
#[derive(Clone)]
pub(crate) struct Client {
    core: Arc<Core>,
    view: Arc<View>,
}

/// How a client looks at the core it shares with others.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) kind: Kind,
    /// The type of a caller that is named for one call.
    pub(crate) caller_type: CallerType,
}

/// One request of the protocol, before it is dressed and signed.
#[derive(Debug)]
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

impl Client {
    pub(crate) fn new(core: Core, view: View) -> Self {
        Self { core: Arc::new(core), view: Arc::new(view) }
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// A place for one call or stream; the client is not done closing while it is held.
    pub(crate) async fn enter(&self) -> Result<Place> {
        self.core.gate.enter().await
    }

    #[allow(dead_code, reason = "for the namespaces")]
    /// `GET path`. Any 2xx is a success.
    pub(crate) async fn get(
        &self,
        path: &str,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
    ) -> Result<Answer> {
        self.send(Message::new(Method::GET, path), surface, cx, deadline).await
    }

    /// `POST path` with `body` as JSON. Any 2xx is a success.
    pub(crate) async fn post(
        &self,
        path: &str,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        self.send(Message::new(Method::POST, path).json(body)?, surface, cx, deadline).await
    }

    #[allow(dead_code, reason = "for the namespaces")]
    /// `PATCH path` with `body` as JSON. Any 2xx is a success.
    pub(crate) async fn patch(
        &self,
        path: &str,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        self.send(Message::new(Method::PATCH, path).json(body)?, surface, cx, deadline).await
    }

    #[allow(dead_code, reason = "for the namespaces")]
    /// `DELETE path`, without a body. Any 2xx is a success.
    pub(crate) async fn delete(
        &self,
        path: &str,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
    ) -> Result<Answer> {
        self.send(Message::new(Method::DELETE, path), surface, cx, deadline).await
    }

    /// Sends one message, unless the client is closed. Any 2xx is a success.
    pub(crate) async fn send(
        &self,
        message: Message<'_>,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
    ) -> Result<Answer> {
        let _place = self.enter().await?;
        self.send_within(message, surface, cx, deadline).await
    }

    /// Sends one message of a call that holds a place already: it is finished even while the client is closing.
    pub(crate) async fn send_within(
        &self,
        message: Message<'_>,
        surface: Surface,
        cx: CallContext,
        deadline: Option<Deadline>,
    ) -> Result<Answer> {
        let backend = &self.core.backend;
        let request = message.into_request(backend, deadline)?;
        let response =
            backend.call(cx, request).await.map_err(|error| from_transport(Peer::Backend, error))?;
        read(surface, response)
    }

    /// What is particular to a call as `operation`.
    pub(crate) fn context(&self, operation: Operation) -> CallContext {
        CallContext::new(operation)
    }

    /// The user token of a call: the one it was given, or none.
    #[allow(dead_code, clippy::unused_async, reason = "a source of tokens will be asked here")]
    pub(crate) async fn user_token(&self, explicit: Option<&Secret>) -> Result<Option<Secret>> {
        Ok(explicit.cloned())
    }

    /// A refusal of a call as this client has to see it: an agent whose grant was not found may merely not hold it.
    pub(crate) fn seen(&self, error: Error) -> Error {
        match error {
            Error::Backend(refusal) if self.view.kind == Kind::Agent => refusal.seen_by_agent().into(),
            other => other,
        }
    }

    pub(crate) fn actor_id(&self) -> Option<ActorId> {
        self.core.identity.actor_id()?.parse().ok()
    }

    pub(crate) fn rate_limit(&self) -> Option<RateLimitSnapshot> {
        self.core.backend.standing().rate_limit()
    }

    pub(crate) fn is_key_deprecated(&self) -> bool {
        self.core.backend.standing().is_key_deprecated()
    }

    pub(crate) fn base_url(&self) -> String {
        self.core.backend.base_url().to_string()
    }

    /// Budget of a whole call that sets no other.
    pub(crate) fn timeout(&self) -> Duration {
        self.core.timeout
    }

    /// The client as the facade `name`, for its `Debug`.
    pub(crate) fn describe(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("base_url", self.core.backend.base_url())
            .field("identity", &self.core.identity)
            .field("closed", &self.core.gate.is_closed())
            .finish_non_exhaustive()
    }
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

    /// Carries `body`, written compactly once: these bytes are signed and sent.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(body).map_err(|_| value("the request cannot be written as JSON"))?;
        self.body = Some(bytes.into());
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

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("Client", f)
    }
}
