//! From a provider's answer to a response of the AWS SDK, piece by piece.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use alter_client::{Error, ReplyStream};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::ConnectorError};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures_core::Stream as _;
use http_body::{Body, Frame};

/// The answer, with its body still arriving.
pub(crate) fn response(reply: ReplyStream) -> Result<HttpResponse, ConnectorError> {
    let mut response = http::Response::new(());
    *response.status_mut() = reply.status();
    *response.headers_mut() = reply.headers().clone();
    let response = response.map(|()| SdkBody::from_body_1_x(Arriving(reply)));
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}

struct Arriving(ReplyStream);

impl Body for Arriving {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.0).poll_next(cx).map(|piece| piece.map(|result| result.map(Frame::data)))
    }
}
