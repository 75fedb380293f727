//! The order of the backend plane, each pair of neighbours shown by what it makes possible.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_transport::{
    Attempt, BackendPlane, CustomLayer as _, Deadline, ErrorKind, HttpLayer, HttpService, Identity, Refusal,
    Request, Retry, TimeLimit,
};
use alter_types::Caller;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::support::{
    answer, backend, backend_options, read, request, scripted, statuses, vault_request, write,
};

type Events = Arc<Mutex<Vec<String>>>;

/// A layer that notes what it sees of each request.
fn watching(name: &'static str, events: &Events) -> HttpLayer {
    let events = Arc::clone(events);
    layer_fn(move |inner: HttpService| {
        let events = Arc::clone(&events);
        service_fn(move |request: Request| {
            let signed =
                request.headers().keys().any(|n| n == "x-api-key" || n.as_str().starts_with("x-alter-"));
            let deadline = request.extensions().get::<Deadline>().is_some();
            events.lock().unwrap().push(format!(
                "{name} attempt={} deadline={deadline} signed={signed}",
                Attempt::of(&request)
            ));
            inner.clone().oneshot(request)
        })
    })
    .erase()
}

/// A layer that changes each request.
fn changing(change: impl Fn(&mut Request) + Send + Sync + 'static) -> HttpLayer {
    let change = Arc::new(change);
    layer_fn(move |inner: HttpService| {
        let change = Arc::clone(&change);
        service_fn(move |mut request: Request| {
            change(&mut request);
            inner.clone().oneshot(request)
        })
    })
    .erase()
}

#[tokio::test(start_paused = true)]
async fn call_layers_see_a_call_once_and_attempt_layers_every_try_and_neither_a_signature() {
    let events = Events::default();
    let (bottom, arrived) = statuses(&[503, 503, 200]);
    let mut options = backend_options(Identity::new(None));
    options.call_layers = vec![watching("outer", &events), watching("inner", &events)];
    options.attempt_layers = vec![watching("try", &events)];
    let plane = BackendPlane::new(options, bottom);

    let response = plane.call(read(), vault_request()).await.unwrap();

    assert_eq!(response.status(), 200);
    assert_eq!(
        *events.lock().unwrap(),
        [
            "outer attempt=1 deadline=true signed=false",
            "inner attempt=1 deadline=true signed=false",
            "try attempt=1 deadline=true signed=false",
            "try attempt=2 deadline=true signed=false",
            "try attempt=3 deadline=true signed=false",
        ]
    );
    assert!(arrived.lock().unwrap().iter().all(|r| r.headers.contains_key("x-alter-signature")));
}

#[tokio::test(start_paused = true)]
async fn every_attempt_is_signed_anew_for_the_path_without_the_prefix() {
    let (bottom, arrived) = statuses(&[503, 503, 200]);
    backend(bottom).call(read(), vault_request()).await.unwrap();

    let arrived = arrived.lock().unwrap().clone();
    let nonces: std::collections::HashSet<_> =
        arrived.iter().map(|r| r.headers["x-alter-nonce"].clone()).collect();
    assert_eq!(nonces.len(), 3);
    for request in arrived {
        let verified = alter_auth::verify(
            &request.method,
            "/sdk/grants/list",
            &request.headers,
            b"{}",
            alter_auth::UnixSeconds(1_767_225_600),
            alter_auth::SkewWindow::default(),
        );
        assert!(verified.is_ok(), "{verified:?}");
        assert_eq!(request.uri.path(), "/prefix/sdk/grants/list");
        assert!(request.headers["x-api-key"].is_sensitive());
    }
}

#[tokio::test(start_paused = true)]
async fn all_attempts_of_a_call_carry_one_identity_and_the_next_call_the_learnt_one() {
    const ID: &str = "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE";
    const OTHER: &str = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    let (bottom, arrived) = scripted(|number| {
        let mut response = answer(if number == 1 { 503 } else { 200 });
        let id = if number == 1 { ID } else { OTHER };
        response.headers_mut().insert("x-alter-actor-id", id.parse().unwrap());
        std::future::ready(Ok(response))
    });
    let identity = Identity::new(Some(Caller::service("billing").unwrap()));
    let plane = BackendPlane::new(backend_options(identity.clone()), bottom);
    plane.call(read(), vault_request()).await.unwrap();
    plane.call(read(), vault_request()).await.unwrap();
    let mut cx = read();
    cx.caller = Some(Arc::new(Caller::agent("other").unwrap()));
    plane.call(cx, vault_request()).await.unwrap();

    assert_eq!(identity.actor_id(), Some(ID), "the first one stays, as it was spelt");
    let arrived = arrived.lock().unwrap();
    let sent: Vec<_> = arrived.iter().map(|r| r.headers.get("x-alter-actor-id").cloned()).collect();
    assert_eq!(sent, [None, None, Some(ID.parse().unwrap()), None]);
    assert_eq!(arrived[0].headers["x-alter-caller"], "billing");
    assert_eq!(arrived[3].headers["x-alter-caller"], "other");
}

#[tokio::test]
async fn what_an_attempt_layer_changes_is_what_is_checked_and_signed() {
    let (bottom, arrived) = statuses(&[200]);
    let mut options = backend_options(Identity::new(None));
    options.attempt_layers = vec![changing(|request| {
        request.headers_mut().insert("x-alter-caller", "forged".parse().unwrap());
        request.headers_mut().insert("x-api-key", "forged".parse().unwrap());
    })];
    BackendPlane::new(options, bottom).call(read(), vault_request()).await.unwrap();
    let arrived = arrived.lock().unwrap();
    assert!(!arrived[0].headers.contains_key("x-alter-caller"));
    assert_ne!(arrived[0].headers["x-api-key"], "forged");
}

#[tokio::test]
async fn another_origin_is_refused_before_signing_and_not_tried_again() {
    let events = Events::default();
    let (bottom, arrived) = statuses(&[200]);
    let mut options = backend_options(Identity::new(None));
    options.attempt_layers = vec![
        watching("try", &events),
        changing(|request| *request.uri_mut() = "https://evil.test/prefix/sdk/token".parse().unwrap()),
    ];
    let error = BackendPlane::new(options, bottom).call(read(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Origin));
    assert!(!error.may_have_been_sent());
    assert_eq!(events.lock().unwrap().len(), 1);
    assert!(arrived.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_its_own_limit_and_the_call_cuts_through_everything() {
    let (bottom, arrived) = scripted(|_| std::future::pending());
    let mut options = backend_options(Identity::new(None));
    options.attempt_timeout = Duration::from_secs(10);
    options.timeout = Duration::from_secs(15);
    options.retry = Retry::default().backoff(Duration::from_secs(1), Duration::from_secs(1));
    let plane = BackendPlane::new(options, bottom);

    let started = tokio::time::Instant::now();
    let error = plane.call(read(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Call));
    assert_eq!(started.elapsed(), Duration::from_secs(15));
    assert_eq!(arrived.lock().unwrap().len(), 2);

    let error = plane.call(write(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Attempt));
    assert!(error.may_have_been_sent());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_held_back_on_request_is_waited_for() {
    let (bottom, _) = scripted(|_| async {
        tokio::time::sleep(Duration::from_secs(25)).await;
        Ok(answer(200))
    });
    let mut options = backend_options(Identity::new(None));
    options.attempt_timeout = Duration::from_secs(10);
    let plane = BackendPlane::new(options, bottom);
    let error = plane.call(write(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Attempt));

    let mut request = vault_request();
    request.extensions_mut().insert(alter_transport::Held(Duration::from_secs(25)));
    assert_eq!(plane.call(write(), request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn sealed_operations_pass_no_custom_layer() {
    let events = Events::default();
    let (bottom, arrived) = statuses(&[200]);
    let mut options = backend_options(Identity::new(None));
    options.call_layers = vec![watching("call", &events)];
    options.attempt_layers = vec![watching("try", &events)];
    let plane = BackendPlane::new(options, bottom);
    let sealed = alter_transport::Operation::new("test.secret").sealed();
    plane.call(alter_transport::CallContext::new(sealed), vault_request()).await.unwrap();
    assert!(events.lock().unwrap().is_empty());
    assert_eq!(arrived.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_an_error() {
    let (bottom, _) = scripted(|_| {
        let mut response = answer(200);
        *response.body_mut() = vec![b'a'; 101].into();
        std::future::ready(Ok(response))
    });
    let mut options = backend_options(Identity::new(None));
    options.max_body = 100;
    let error = BackendPlane::new(options, bottom).call(read(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge { limit: 100 });
}

#[tokio::test]
async fn an_error_of_a_custom_layer_keeps_its_cause_and_ours_passes_through() {
    let failing = layer_fn(|_inner: HttpService| {
        service_fn(|_: Request| {
            std::future::ready(Err::<alter_transport::Response, _>(std::io::Error::other("mine")))
        })
    });
    let mut options = backend_options(Identity::new(None));
    options.call_layers = vec![failing.erase()];
    let error =
        BackendPlane::new(options, statuses(&[200]).0).call(read(), vault_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layer);
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "mine");

    let mut options = backend_options(Identity::new(None));
    options.call_layers = vec![watching("call", &Events::default())];
    let foreign = request(http::Method::POST, "https://evil.test/sdk/token", "{}");
    let error = BackendPlane::new(options, statuses(&[200]).0).call(read(), foreign).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Origin));
}
