//! The service types both planes are made of, and the seam where a user's tower layer joins them.

use std::pin::Pin;

use tower::{
    Layer, Service, ServiceExt as _,
    layer::layer_fn,
    util::{BoxCloneSyncService, BoxCloneSyncServiceLayer},
};

use crate::{Body, BoxError, Error};

/// A request of either plane.
pub type Request = http::Request<Body>;

/// An answer of either plane.
pub type Response = http::Response<Body>;

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What every service here resolves to.
pub type ResponseFuture = BoxFuture<'static, Result<Response, Error>>;

/// A finished stack, or any part of one: cheap to clone, shareable.
pub type HttpService = BoxCloneSyncService<Request, Response, Error>;

/// A layer that fits between the parts of a stack.
pub type HttpLayer = BoxCloneSyncServiceLayer<HttpService, Request, Response, Error>;

/// A tower layer of yours.
///
/// Implemented for every `tower::Layer<HttpService>` whose service takes a [`Request`], answers with a [`Response`]
/// and is `Clone + Send + Sync`, whatever its error type. Nobody implements it by hand. An error of your own comes
/// out as [`ErrorKind::Layer`](crate::ErrorKind::Layer); ours passes through unchanged.
pub trait CustomLayer: sealed::Sealed {
    /// The layer as one of ours.
    fn erase(self) -> HttpLayer;
}

impl<L> sealed::Sealed for L {}

impl<L> CustomLayer for L
where
    L: Layer<HttpService> + Send + Sync + 'static,
    L::Service: Service<Request, Response = Response> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Error: Into<BoxError> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    fn erase(self) -> HttpLayer {
        HttpLayer::new(layer_fn(move |inner: HttpService| {
            self.layer(inner).map_err(|error| Error::from_layer(error.into()))
        }))
    }
}

/// A transport of yours, to stand where the sockets are.
///
/// Implemented for every `tower::Service<Request, Response = Response>` that is `Clone + Send + Sync`.
pub trait CustomTransport: sealed::Sealed {
    /// The service as one of ours.
    fn erase(self) -> HttpService;
}

impl<S> CustomTransport for S
where
    S: Service<Request, Response = Response> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
{
    fn erase(self) -> HttpService {
        HttpService::new(self.map_err(|error: S::Error| Error::from_layer(error.into())))
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "sealed: only the blanket implementations exist")]
    pub trait Sealed {}
}

/// Wraps `stack` so that the first of `layers` ends up outermost.
pub(crate) fn wrap(stack: HttpService, layers: &[HttpLayer]) -> HttpService {
    layers.iter().rev().fold(stack, |inner, layer| layer.layer(inner))
}
