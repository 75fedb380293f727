//! [`UserTokenLayer`]: keeps the caller's token while a request is served.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower::{Layer, Service};

use crate::{RequestUser, bearer};

/// A tower layer that reads the caller's bearer token once and keeps it, for [`RequestUser`], until the request is
/// answered. It belongs around the routes of any server on tower; requests that are served at the same time do not see
/// each other's.
#[derive(Debug, Clone, Copy)]
pub struct UserTokenLayer {
    required: bool,
}

impl UserTokenLayer {
    /// A request without a token is answered with 401.
    #[must_use]
    pub const fn required() -> Self {
        Self { required: true }
    }

    /// A request without a token is served for nobody. One with a token that cannot be read is answered with 401.
    #[must_use]
    pub const fn optional() -> Self {
        Self { required: false }
    }
}

impl<S> Layer<S> for UserTokenLayer {
    type Service = KeepUserToken<S>;

    fn layer(&self, inner: S) -> KeepUserToken<S> {
        KeepUserToken { inner, required: self.required }
    }
}

/// The service of [`UserTokenLayer`].
#[derive(Debug, Clone)]
pub struct KeepUserToken<S> {
    inner: S,
    required: bool,
}

impl<S, B, R> Service<Request<B>> for KeepUserToken<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: From<&'static str> + Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let headers = request.headers();
        let user = if self.required {
            bearer::read(headers).map(Into::into)
        } else {
            bearer::read_optional(headers)
        };
        match user {
            Ok(user) => Box::pin(RequestUser::scope(user, self.inner.call(request))),
            Err(rejection) => Box::pin(std::future::ready(Ok(rejection.response()))),
        }
    }
}
