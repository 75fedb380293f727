//! Bodies that are handed on as they come, in both directions, and the one row they leave.

use std::time::Duration;

use alter_transport::{
    Audit, AuditLimits, AuditQueue, Body, CallContext, Deadline, Error, ErrorKind, ProviderOptions,
    ProviderPlane, Request, Response, Streamed, TimeLimit,
};
use bytes::Bytes;
use http::Method;
use tokio::{sync::mpsc, time::Instant};

use crate::support::{
    CANARY, Rows, answer, clock, in_hand, provider, provider_request, request, scripted, write,
};

/// A body whose pieces the test sends.
fn pieces() -> (mpsc::UnboundedSender<Result<Bytes, Error>>, Body) {
    struct Pieces(mpsc::UnboundedReceiver<Result<Bytes, Error>>);
    impl http_body::Body for Pieces {
        type Data = Bytes;
        type Error = Error;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
            self.0.poll_recv(cx).map(|piece| piece.map(|result| result.map(http_body::Frame::data)))
        }
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    (sender, Body::wrap(Pieces(receiver)))
}

type Sender = mpsc::UnboundedSender<Result<Bytes, Error>>;

/// A streamed call, and the sender of its answer.
async fn stream(rows: &AuditQueue, until: Option<Deadline>) -> (Sender, Response) {
    let (sender, body) = pieces();
    let body = std::sync::Mutex::new(Some(body));
    let (bottom, _) = scripted(move |_| {
        let mut response = answer(200);
        *response.body_mut() = body.lock().unwrap().take().unwrap();
        std::future::ready(Ok(response))
    });
    let mut call = provider_request();
    call.extensions_mut().insert(Streamed::until(until));
    (sender, provider(rows, bottom).call(write(), in_hand(), call).await.unwrap())
}

async fn row(rows: &Rows, queue: &AuditQueue) -> (u16, String) {
    queue.drain(Deadline::after(Duration::from_secs(1))).await;
    let kept = rows.kept();
    assert_eq!(kept.len(), 1, "one row for a stream");
    let report = &kept[0].report;
    (report.response_status, report.response_body.as_ref().unwrap().as_str().unwrap().to_owned())
}

#[tokio::test(start_paused = true)]
async fn pieces_arrive_as_they_are_sent_and_the_row_comes_at_the_end() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (sender, response) = stream(&queue, None).await;
    let mut body = response.into_body();
    for piece in ["one ", "two ", CANARY] {
        sender.send(Ok(piece.into())).unwrap();
        assert_eq!(body.chunk().await.unwrap().unwrap(), piece, "the caller gets what came");
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    assert_eq!(queue.report().undelivered + queue.report().delivered, 0);
    drop(sender);
    assert!(body.chunk().await.unwrap().is_none());
    assert_eq!(row(&rows, &queue).await, (200, "one two [credential]".to_owned()));
    assert_eq!(rows.kept()[0].report.latency_ms, 90_000, "from sending to the end of the stream");
}

#[tokio::test(start_paused = true)]
async fn a_long_stream_is_counted_and_not_kept() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (sender, response) = stream(&queue, None).await;
    for _ in 0..11 {
        sender.send(Ok(vec![b'a'; 1000].into())).unwrap();
    }
    drop(sender);
    response.into_body().collect(100_000).await.unwrap();
    assert_eq!(row(&rows, &queue).await, (200, "<response too large: 11000 bytes>".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_dropped_or_breaks_leaves_its_row_too() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (sender, response) = stream(&queue, None).await;
    sender.send(Ok("half".into())).unwrap();
    let mut body = response.into_body();
    body.chunk().await.unwrap();
    drop(body);
    assert_eq!(row(&rows, &queue).await, (200, "<response not read to its end: 4 bytes>".to_owned()));

    let rows = Rows::new();
    let queue = rows.queue();
    let (sender, response) = stream(&queue, None).await;
    sender.send(Ok("half".into())).unwrap();
    sender.send(Err(Error::io("reset"))).unwrap();
    let error = response.into_body().collect(100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(row(&rows, &queue).await, (200, "<response broke off: 4 bytes arrived>".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn silence_is_limited_and_so_is_a_stream_that_was_given_an_end() {
    let rows = Rows::new();
    let (_sender, response) = stream(&rows.queue(), None).await;
    let started = Instant::now();
    let error = response.into_body().chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Idle));
    assert_eq!(started.elapsed(), Duration::from_secs(60));

    let until = Deadline::after(Duration::from_secs(15));
    let (sender, response) = stream(&rows.queue(), Some(until)).await;
    let mut body = response.into_body();
    let error = loop {
        sender.send(Ok("drip".into())).unwrap();
        match body.chunk().await {
            Ok(piece) => assert!(piece.is_some()),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
    };
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Call));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_collected_may_not_fall_silent_either() {
    let (bottom, _) = scripted(|_| {
        let (sender, body) = pieces();
        sender.send(Ok("half".into())).unwrap();
        std::mem::forget(sender);
        let mut response = answer(200);
        *response.body_mut() = body;
        std::future::ready(Ok(response))
    });
    let mut options = ProviderOptions::new(clock());
    options.idle_timeout = Duration::from_secs(3);
    let error =
        ProviderPlane::new(options, bottom).call(write(), in_hand(), provider_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Idle));
    assert_eq!(error.meta().elapsed, Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn an_upload_is_sent_once_and_captured_like_any_body() {
    for (size, expected) in [(4, "aaaa"), (10_001, "<binary body: 10001 bytes>")] {
        let rows = Rows::new();
        let queue = rows.queue();
        let bottom = tower::service_fn(|request: Request| async move {
            request.into_body().collect(100_000).await?;
            Ok::<_, Error>(answer(503))
        });
        let mut options = ProviderOptions::new(clock());
        options.audit = Some(queue.clone());
        options.retry = alter_transport::Retry::default();
        let plane = ProviderPlane::new(options, alter_transport::CustomTransport::erase(bottom));
        let (sender, body) = pieces();
        sender.send(Ok(vec![b'a'; size].into())).unwrap();
        drop(sender);
        let mut call = request(Method::PUT, "https://api.example.com/v1/x", "");
        *call.body_mut() = body;
        let safe = CallContext::new(crate::support::READ);
        assert_eq!(plane.call(safe, in_hand(), call).await.unwrap().status(), 503, "not tried again");
        queue.drain(Deadline::after(Duration::from_secs(1))).await;
        assert_eq!(rows.kept()[0].report.request_body.as_ref().unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_strict_stream_keeps_its_place_in_the_queue() {
    let rows = Rows::new();
    let mut limits = AuditLimits::default();
    limits.audit = Audit::Strict;
    limits.capacity = 1;
    let queue = AuditQueue::new(rows.clone(), limits);
    let (sender, response) = stream(&queue, None).await;
    drop(sender);
    drop(response);
    assert_eq!(row(&rows, &queue).await.0, 200);
    let (_, response) = stream(&queue, None).await;
    drop(response);
    assert_eq!(queue.drain(Deadline::after(Duration::from_secs(1))).await.lost, 0);
}
