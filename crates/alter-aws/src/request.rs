//! From a request of the AWS SDK to a [`Call`]: without the SDK's signature, with its body bounded.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use alter_client::{Access, ByGrant, Call};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{orchestrator::HttpRequest, result::ConnectorError},
};
use aws_smithy_types::body::SdkBody;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::failure::invalid;

/// What the SDK's signature consists of, what it tells about itself, and what the connection decides.
const DROPPED: [&str; 10] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "host",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-user-agent",
];

const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// The call the SDK wants made.
pub(crate) async fn call<'a>(
    access: &Access<'a, ByGrant>,
    request: HttpRequest,
    buffer_up_to: usize,
) -> Result<Call<'a>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| invalid(error.to_string()))?;
    let (head, body) = request.into_parts();
    if streams_its_checksum(&head.headers) {
        return Err(invalid(
            "the AWS SDK wants to send a checksum in a trailer (aws-chunked), which only it could sign; set \
             `request_checksum_calculation(RequestChecksumCalculation::WhenRequired)` in its configuration",
        ));
    }
    let mut call = access.call(head.method, head.uri.to_string());
    for name in head.headers.keys().filter(|name| !DROPPED.contains(&name.as_str())) {
        call = call.header(name, joined(&head.headers, name)?);
    }
    Ok(match bounded(body, buffer_up_to).await? {
        Payload::None => call,
        Payload::Bytes(bytes) => call.body(bytes),
        Payload::Stream(body) => call.http_body(body),
    })
}

fn streams_its_checksum(headers: &HeaderMap) -> bool {
    let streams = |value: &HeaderValue| value.as_bytes().starts_with(b"STREAMING-");
    headers.get(CONTENT_SHA256).is_some_and(streams) || headers.contains_key("x-amz-trailer")
}

/// Every value of a header as one list (RFC 9110, 5.3).
fn joined(headers: &HeaderMap, name: &HeaderName) -> Result<String, ConnectorError> {
    let values = headers.get_all(name).iter().map(|value| value.to_str());
    let values = values.collect::<Result<Vec<_>, _>>();
    let values = values.map_err(|_| invalid(format!("the header {name} is not visible ASCII")))?;
    Ok(values.join(if *name == header::COOKIE { "; " } else { ", " }))
}

enum Payload {
    None,
    Bytes(Bytes),
    Stream(Rest),
}

/// Reads the body if it is small enough.
async fn bounded(mut body: SdkBody, limit: usize) -> Result<Payload, ConnectorError> {
    if let Some(bytes) = body.bytes() {
        return Ok(if bytes.is_empty() {
            Payload::None
        } else {
            Payload::Bytes(Bytes::copy_from_slice(bytes))
        });
    }
    let known = body.content_length();
    let mut read = BytesMut::new();
    if known.is_none_or(|length| length <= limit as u64) {
        while read.len() <= limit {
            match body.frame().await {
                None if read.is_empty() => return Ok(Payload::None),
                None => return Ok(Payload::Bytes(read.freeze())),
                Some(Ok(frame)) => read.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
                Some(Err(error)) => return Err(ConnectorError::user(error)),
            }
        }
    }
    Ok(Payload::Stream(Rest { read: read.freeze(), body, known }))
}

/// A body of which the beginning is read already.
struct Rest {
    read: Bytes,
    body: SdkBody,
    /// Bytes in all that are left, what is read included.
    known: Option<u64>,
}

impl Body for Rest {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = if self.read.is_empty() {
            std::task::ready!(Pin::new(&mut self.body).poll_frame(cx))
        } else {
            Some(Ok(Frame::data(std::mem::take(&mut self.read))))
        };
        if let (Some(Ok(frame)), Some(left)) = (&frame, &mut self.known) {
            *left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
        }
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        self.known.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
