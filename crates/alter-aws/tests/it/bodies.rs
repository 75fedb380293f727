//! Bodies: what fits is signed, what does not is streamed where AWS accepts that, and nothing is held back.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use alter_aws::{GrantHttpClient, alter_error};
use aws_smithy_runtime_api::client::{
    http::{HttpClient as _, HttpConnector as _, HttpConnectorSettings},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponentsBuilder,
};
use aws_smithy_types::body::SdkBody;
use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::world::World;

struct Pieces {
    left: VecDeque<Bytes>,
    size: Option<u64>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(self.left.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        self.size.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

fn pieces(count: u64, told: bool) -> SdkBody {
    let left = (0..count).map(|_| Bytes::from_static(&[b'x'; 1000])).collect();
    SdkBody::from_body_1_x(Pieces { left, size: told.then_some(count * 1000) })
}

fn put(world: &World, path: &str, body: SdkBody) -> HttpRequest {
    let request = http::Request::put(format!("{}{path}", world.endpoint()))
        .header("x-amz-meta-colour", "blue")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=ALTERVAULTPLACEHOLDER/…")
        .header("x-amz-content-sha256", "of the placeholder");
    request.body(body).unwrap().try_into().unwrap()
}

async fn send(http: &GrantHttpClient, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    http.http_connector(&HttpConnectorSettings::builder().build(), &components).call(request).await
}

#[tokio::test]
async fn a_body_that_fits_is_signed_whatever_form_it_came_in() {
    let world = World::new("dynamodb").await;
    for body in [SdkBody::from("x".repeat(3000)), pieces(3, true), pieces(3, false), SdkBody::empty()] {
        let response = send(&world.client(), put(&world, "/key", body)).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
    }
    let received = world.at_provider();
    assert_eq!(received.iter().map(|request| request.body.len()).collect::<Vec<_>>(), [3000, 3000, 3000, 0]);
    for request in received {
        assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
        assert_eq!(request.header("x-amz-meta-colour"), Some("blue"));
        assert_eq!(request.header("x-amz-content-sha256").unwrap().len(), 64);
    }
}

#[tokio::test]
async fn a_larger_one_is_streamed_to_s3_with_its_length_if_that_is_known() {
    let world = World::new("s3").await;
    let http = world.client().buffer_up_to(1500);
    for told in [true, false] {
        send(&http, put(&world, "/bucket/a%20key", pieces(5, told))).await.unwrap();
        let request = world.at_provider().pop().unwrap();
        assert_eq!(request.body.len(), 5000);
        assert_eq!(request.uri.path(), "/bucket/a%20key");
        assert_eq!(request.header("content-length"), told.then_some("5000"));
        assert_eq!(request.header("x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
    }
}

#[tokio::test]
async fn a_larger_one_for_another_service_is_refused_unsent() {
    let world = World::new("dynamodb").await;
    let error = send(&world.client().buffer_up_to(1500), put(&world, "/key", pieces(5, true))).await;
    let error = error.unwrap_err();
    assert!(error.is_user());
    assert!(alter_error(&error).is_some());
    assert!(world.at_provider().is_empty());
}

#[tokio::test]
async fn a_checksum_in_a_trailer_is_refused_with_the_way_out() {
    let world = World::new("s3").await;
    let mut request = put(&world, "/bucket/key", pieces(1, true));
    request.headers_mut().insert("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    let error = send(&world.client(), request).await.unwrap_err();
    assert!(alter_error(&error).unwrap().to_string().contains("request_checksum_calculation"));
    assert!(world.retrievals().is_empty());
}

#[tokio::test]
async fn an_answer_arrives_whole_with_its_headers() {
    let world = World::new("s3").await;
    let long = "y".repeat(3 << 20);
    world.answers(200, long.clone());
    let response = send(&world.client(), put(&world, "/bucket/key", SdkBody::empty())).await.unwrap();
    assert_eq!(response.headers().get("content-type"), Some("text/xml"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body == long.as_bytes());
    assert_eq!(world.rows().await.len(), 1);
}
