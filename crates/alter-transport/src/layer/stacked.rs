//! [`Handle`]: what a layer does, as one function over whatever is below it. And how layers stand on each other: as
//! one chain without a box or a clone between them inside a plane, and as tower layers for everybody else.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tower::{Service, ServiceExt as _};

use crate::{BoxFuture, Error, HttpLayer, HttpService, Request, Response, ResponseFuture, service::wrap};

/// What comes of a request.
type Outcome = Result<Response, Error>;

/// Any tower service a layer can stand on.
pub trait HttpStack:
    Service<Request, Response = Response, Error = Error, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> HttpStack for S where
    S: Service<Request, Response = Response, Error = Error, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// The part of a stack below a layer.
///
/// Requests are handed on in a box: a future holds what it was given, and those of a chain lie inside each other.
pub trait Next: Send + Sync {
    /// Sends one request on. It may be called again, for another attempt.
    fn run(&self, request: Box<Request>) -> impl Future<Output = Outcome> + Send;
}

/// What a layer does with a request.
pub trait Handle: Send + Sync {
    /// Handles one request, and sends it on to `next` if it should go on.
    fn handle(&self, next: &impl Next, request: Box<Request>) -> impl Future<Output = Outcome> + Send;

    /// This layer, and `below` directly under it.
    fn then<H: Handle>(self, below: H) -> Then<Self, H>
    where
        Self: Sized,
    {
        Then { upper: self, lower: below }
    }

    /// This layer on top of a stack.
    fn over<N: Next>(self, below: N) -> Over<Self, N>
    where
        Self: Sized,
    {
        Over { layer: self, below }
    }
}

/// Two layers as one.
#[derive(Debug, Clone)]
pub struct Then<U, L> {
    upper: U,
    lower: L,
}

impl<U: Handle, L: Handle> Handle for Then<U, L> {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Outcome {
        self.upper.handle(&Under { layer: &self.lower, next }, request).await
    }
}

/// A layer and what is below it, for the layer above.
struct Under<'a, L, N> {
    layer: &'a L,
    next: &'a N,
}

impl<L: Handle, N: Next> Next for Under<'_, L, N> {
    fn run(&self, request: Box<Request>) -> impl Future<Output = Outcome> + Send {
        self.layer.handle(self.next, request)
    }
}

/// A layer on top of a stack.
#[derive(Debug, Clone)]
pub struct Over<L, N> {
    layer: L,
    below: N,
}

impl<L: Handle, N: Next> Next for Over<L, N> {
    fn run(&self, request: Box<Request>) -> impl Future<Output = Outcome> + Send {
        self.layer.handle(&self.below, request)
    }
}

/// A tower service as what is below a layer.
#[derive(Debug, Clone)]
pub(crate) struct Tower<S>(pub(crate) S);

impl<S: HttpStack> Next for Tower<S> {
    fn run(&self, request: Box<Request>) -> impl Future<Output = Outcome> + Send {
        self.0.clone().oneshot(*request)
    }
}

/// A finished part of a stack, shared.
#[derive(Clone)]
pub(crate) struct Shared(Arc<dyn Boxed>);

/// [`Next`] in the form that can be a trait object.
trait Boxed: Send + Sync {
    fn run_boxed(&self, request: Box<Request>) -> BoxFuture<'_, Outcome>;
}

impl<N: Next> Boxed for N {
    fn run_boxed(&self, request: Box<Request>) -> BoxFuture<'_, Outcome> {
        Box::pin(self.run(request))
    }
}

impl Shared {
    pub(crate) fn new(stack: impl Next + 'static) -> Self {
        Self(Arc::new(stack))
    }

    /// Sends one request through it.
    pub(crate) fn call(&self, request: Request) -> BoxFuture<'_, Outcome> {
        self.0.run_boxed(Box::new(request))
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(…)")
    }
}

impl Service<Request> for Shared {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let this = self.clone();
        Box::pin(async move { Self::call(&this, request).await })
    }
}

/// Where layers of somebody else may stand. Without any, the stack goes on as if there were no seam.
pub(crate) enum Seam<N> {
    Closed(N),
    Open(Tower<HttpService>),
}

impl<N: Next + 'static> Seam<N> {
    /// `below`, and `layers` on top of it; the first is outermost.
    pub(crate) fn new(below: N, layers: &[HttpLayer]) -> Self {
        if layers.is_empty() {
            Self::Closed(below)
        } else {
            Self::Open(Tower(wrap(HttpService::new(Shared::new(below)), layers)))
        }
    }
}

impl<N: Next> Next for Seam<N> {
    async fn run(&self, request: Box<Request>) -> Outcome {
        match self {
            Self::Closed(below) => below.run(request).await,
            Self::Open(layers) => layers.run(request).await,
        }
    }
}

/// The tower service of a layer of this crate.
#[derive(Debug, Clone)]
pub struct Stacked<L, S>(Over<L, Tower<S>>);

impl<L: Handle, S: HttpStack> Stacked<L, S> {
    pub(crate) fn new(layer: L, inner: S) -> Self {
        Self(layer.over(Tower(inner)))
    }
}

impl<L: Handle + Clone + 'static, S: HttpStack> Service<Request> for Stacked<L, S> {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    /// Always ready; what is below is waited for within the call.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let this = self.0.clone();
        Box::pin(async move { this.run(Box::new(request)).await })
    }
}

/// Makes types with a [`Handle`] tower layers.
macro_rules! tower_layer {
    ($name:ty) => {
        impl<S: $crate::layer::HttpStack> tower::Layer<S> for $name {
            type Service = $crate::layer::Stacked<$name, S>;

            fn layer(&self, inner: S) -> Self::Service {
                $crate::layer::Stacked::new(self.clone(), inner)
            }
        }
    };
}
pub(crate) use tower_layer;
