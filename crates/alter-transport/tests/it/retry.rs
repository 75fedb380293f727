//! What is tried again, how often, and when it is not worth it.

use std::time::Duration;

use alter_transport::{BackendPlane, CallContext, CallMeta, Error, Identity, Response, Retry};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{
    answer, answer_json, backend, backend_options, read, scripted, statuses, vault_request, write,
};

type Outcome = fn() -> Result<Response, Error>;

async fn attempts(cx: CallContext, outcome: Outcome) -> usize {
    let (bottom, arrived) = scripted(move |_| std::future::ready(outcome()));
    let _ = backend(bottom).call(cx, vault_request()).await;
    arrived.lock().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn the_table() {
    let table: &[(&str, Outcome, usize, usize)] = &[
        ("no connection", || Err(Error::connect("refused")), 3, 3),
        ("broken connection", || Err(Error::io("reset")), 3, 1),
        ("502", || Ok(answer(502)), 3, 1),
        ("503", || Ok(answer(503)), 3, 1),
        ("504", || Ok(answer(504)), 3, 1),
        ("500", || Ok(answer(500)), 1, 1),
        ("501", || Ok(answer(501)), 1, 1),
        ("refresh", || Ok(answer_json(409, &json!({"error": "token_refresh_in_progress"}))), 3, 3),
        (
            "refresh, in detail",
            || Ok(answer_json(409, &json!({"detail": {"error": "token_refresh_in_progress"}}))),
            3,
            3,
        ),
        ("other conflict", || Ok(answer_json(409, &json!({"error": "identity_provider_inactive"}))), 1, 1),
        ("rate limit", || Ok(answer_json(429, &json!({"error": "rate_limit_exceeded"}))), 3, 3),
        ("quota", || Ok(answer_json(429, &json!({"error": "quota_exceeded", "retry_after": 1}))), 1, 1),
        ("unnamed 429", || Ok(answer(429)), 1, 1),
        ("401", || Ok(answer_json(401, &json!({"error": "invalid_signature"}))), 1, 1),
        ("200", || Ok(answer(200)), 1, 1),
        ("302", || Ok(answer(302)), 1, 1),
    ];
    for (name, outcome, safe, unsent_only) in table {
        assert_eq!(attempts(read(), *outcome).await, *safe, "{name}, safe");
        assert_eq!(attempts(write(), *outcome).await, *unsent_only, "{name}, only if unsent");
    }
}

#[tokio::test(start_paused = true)]
async fn never_means_once() {
    let (bottom, arrived) = statuses(&[503]);
    let mut options = backend_options(Identity::new(None));
    options.retry = Retry::never();
    let response = BackendPlane::new(options, bottom).call(read(), vault_request()).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(arrived.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_advised_wait_is_a_lower_bound_in_seconds_and_as_a_date() {
    for advice in ["7", "Thu, 01 Jan 2026 00:00:07 GMT"] {
        let (bottom, _) = scripted(move |number| {
            let mut response = answer(if number == 1 { 503 } else { 200 });
            response.headers_mut().insert("retry-after", advice.parse().unwrap());
            std::future::ready(Ok(response))
        });
        let started = Instant::now();
        backend(bottom).call(read(), vault_request()).await.unwrap();
        assert!((7..8).contains(&started.elapsed().as_secs()), "{advice}: {:?}", started.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_hands_the_answer_on_at_once() {
    let (bottom, arrived) = scripted(|_| {
        let mut response = answer(503);
        response.headers_mut().insert("retry-after", "600".parse().unwrap());
        std::future::ready(Ok(response))
    });
    let started = Instant::now();
    let response = backend(bottom).call(read(), vault_request()).await.unwrap();
    assert_eq!((response.status().as_u16(), started.elapsed()), (503, Duration::ZERO));
    assert_eq!(arrived.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_and_time_are_noted_on_answers_and_attempts_on_errors() {
    let (bottom, _) = scripted(|number| {
        let mut response = answer(if number < 3 { 503 } else { 200 });
        response.headers_mut().insert("x-request-id", format!("request-{number}").parse().unwrap());
        std::future::ready(Ok(response))
    });
    let response = backend(bottom).call(read(), vault_request()).await.unwrap();
    let meta = response.extensions().get::<CallMeta>().unwrap();
    assert_eq!((meta.attempts, meta.request_id.as_deref()), (3, Some("request-3")));
    assert!(meta.elapsed >= Duration::from_millis(300), "the waits count: {:?}", meta.elapsed);

    let (bottom, _) = scripted(|_| std::future::ready(Err(Error::connect("refused"))));
    assert_eq!(backend(bottom).call(read(), vault_request()).await.unwrap_err().attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_vault_that_is_down_is_not_hammered() {
    let (bottom, arrived) = statuses(&[503]);
    let plane = backend(bottom);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let plane = plane.clone();
            tokio::spawn(async move { plane.call(read(), vault_request()).await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let retries = arrived.lock().unwrap().len() - 1000;
    assert!((1..=400).contains(&retries), "{retries} retries on 1000 calls");
}
