//! [`Stacked`]: a layer on top of a stack. The tower plumbing all layers share, so that each holds its rule only.

use std::task::{Context, Poll};

use tower::Service;

use crate::{Error, Request, Response, ResponseFuture, service::take_ready};

/// Anything a layer can stand on.
pub trait HttpStack:
    Service<Request, Response = Response, Error = Error, Future: Send + 'static> + Clone + Send + 'static
{
}

impl<S> HttpStack for S where
    S: Service<Request, Response = Response, Error = Error, Future: Send + 'static> + Clone + Send + 'static
{
}

/// What a layer does with a request.
pub trait Handle {
    /// Handles one request. `inner` is ready for exactly one call.
    fn handle<S: HttpStack>(&self, inner: Inner<'_, S>, request: Request) -> ResponseFuture;
}

/// The part of the stack below a layer, ready for one call.
#[derive(Debug)]
pub struct Inner<'a, S>(&'a mut S);

impl<S: HttpStack> Inner<'_, S> {
    /// Starts the call now.
    pub fn call(self, request: Request) -> S::Future {
        self.0.call(request)
    }

    /// Takes the ready instance along, to call it later.
    #[must_use]
    pub fn take(self) -> S {
        take_ready(self.0)
    }
}

/// The service of a layer of this crate.
#[derive(Debug, Clone)]
pub struct Stacked<L, S> {
    layer: L,
    inner: S,
}

impl<L, S> Stacked<L, S> {
    pub(crate) fn new(layer: L, inner: S) -> Self {
        Self { layer, inner }
    }
}

impl<L: Handle, S: HttpStack> Service<Request> for Stacked<L, S> {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.layer.handle(Inner(&mut self.inner), request)
    }
}

/// Makes types with a [`Handle`] tower layers.
macro_rules! tower_layer {
    ($name:ty) => {
        impl<S> tower::Layer<S> for $name {
            type Service = $crate::layer::Stacked<$name, S>;

            fn layer(&self, inner: S) -> Self::Service {
                $crate::layer::Stacked::new(self.clone(), inner)
            }
        }
    };
}
pub(crate) use tower_layer;
