//! [`Client`]: what [`App`](crate::App) and [`Agent`](crate::Agent) wrap: the shared core, how this handle looks at it,
//! and the one way to call the vault.

use std::{fmt, future::poll_fn, sync::Arc, task::Poll, time::Duration};

use alter_transport::{CallContext, Deadline, DrainReport, Identity, Operation};
use alter_types::{ActorId, AgentId, RateLimitSnapshot, Secret, Surface};
use http::Method;
use serde::Serialize;

use crate::{
    Constraints, Error, Result, RunScope,
    core::Core,
    error::{closed, value},
    exchange::exchange,
    gate::Place,
    user_token,
    view::{Kind, View},
};

pub(crate) use crate::exchange::{Answer, Message};

/// One client. Cheap to clone; clones are the same client.
#[derive(Clone)]
pub(crate) struct Client {
    core: Arc<Core>,
    view: Arc<View>,
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
        Place::behind(&self.core.gate, &self.view.gates).await
    }

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
        mut cx: CallContext,
        deadline: Option<Deadline>,
    ) -> Result<Answer> {
        self.limit(&mut cx);
        exchange(&self.core.backend, message, surface, cx, deadline).await
    }

    /// Sends telemetry of our own: not narrowed, so that a narrow view does not blind the trail.
    pub(crate) async fn telemetry(
        &self,
        message: Message<'_>,
        surface: Surface,
        cx: CallContext,
        deadline: Deadline,
    ) -> Result<Answer> {
        exchange(&self.core.backend, message, surface, cx, Some(deadline)).await
    }

    /// What is particular to a call as `operation`: who makes it, under which limits, in which trace and scope.
    pub(crate) fn context(&self, operation: Operation) -> CallContext {
        let mut cx = CallContext::new(operation);
        if operation.carries_context() {
            cx.context = RunScope::current().map(|scope| scope.context());
        }
        cx.trace_parent = self.core.trace_parents.current();
        self.limit(&mut cx);
        cx
    }

    /// No call of a view goes without its limits and its name.
    fn limit(&self, cx: &mut CallContext) {
        cx.narrowing.clone_from(&self.view.narrowing);
        cx.identity.clone_from(&self.view.identity);
    }

    /// The user token of a call: the one it was given, else what the source says, if there is one.
    pub(crate) async fn user_token(&self, explicit: Option<&Secret>) -> Result<Option<Secret>> {
        match (explicit, self.view.user_tokens.current()) {
            (Some(jwt), _) => user_token::check(jwt).map(|()| Some(jwt.clone())),
            (None, Some(source)) => source.ask(self.core.timeout).await,
            (None, None) => Ok(None),
        }
    }

    /// The same for a call that has to be over by `deadline`.
    pub(crate) async fn user_token_by(
        &self,
        explicit: Option<&Secret>,
        deadline: Deadline,
    ) -> Result<Option<Secret>> {
        match (explicit, self.view.user_tokens.current()) {
            (None, Some(source)) => source.ask(deadline.remaining()).await,
            _ => self.user_token(explicit).await,
        }
    }

    /// This client, narrowed.
    pub(crate) fn constrained(&self, limits: &Constraints) -> Result<Self> {
        if self.is_closed() {
            return Err(closed());
        }
        if self.view.narrowing.is_some() {
            return Err(value("this client is constrained already; constrain the client it was made from"));
        }
        Ok(self.seen_as(self.view.narrowed(limits.encode()?)))
    }

    /// This client in an agent's name.
    pub(crate) fn acting_as(&self, id: &AgentId) -> Self {
        self.seen_as(self.view.acting_as(id))
    }

    fn seen_as(&self, view: View) -> Self {
        Self { core: Arc::clone(&self.core), view: Arc::new(view) }
    }

    /// Closes this view, or the client with everything made from it.
    pub(crate) async fn close(&self, deadline: Deadline) -> DrainReport {
        if let Some(door) = self.view.gates.last() {
            door.close(deadline).await;
            // Its rows are still on their way, and not lost.
            let mut report = self.core.audit.report();
            report.undelivered = 0;
            return report;
        }
        self.core.gate.close(deadline).await;
        self.core.audit.drain(deadline).await
    }

    /// Waits until the client is closed, or a view it was made through.
    pub(crate) async fn until_closed(&self) {
        let gates = std::iter::once(&self.core.gate).chain(self.view.gates.iter().map(|gate| &**gate));
        let mut closings: Vec<_> = gates.map(|gate| Box::pin(gate.until_closed())).collect();
        poll_fn(|cx| match closings.iter_mut().any(|closing| closing.as_mut().poll(cx).is_ready()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.core.gate.is_closed() || self.view.gates.iter().any(|door| door.is_closed())
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.view.identity.as_ref().unwrap_or(&self.core.identity)
    }

    pub(crate) fn is_agent(&self) -> bool {
        self.view.kind == Kind::Agent
    }

    /// A refusal of a call as this client has to see it: an agent whose grant was not found may merely not hold it.
    pub(crate) fn seen(&self, error: Error) -> Error {
        match error {
            Error::Backend(refusal) if self.is_agent() => refusal.seen_by_agent().into(),
            other => other,
        }
    }

    pub(crate) fn actor_id(&self) -> Option<ActorId> {
        self.identity().actor_id()?.parse().ok()
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
            .field("identity", self.identity())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("Client", f)
    }
}
