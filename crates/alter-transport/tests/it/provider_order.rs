//! The order of the provider plane, each pair of neighbours shown by what it makes possible.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_transport::{
    AuditLimits, AuditQueue, CredentialSource, CustomLayer as _, DeclaredUrl, Destinations, ErrorKind,
    HttpService, ProviderOptions, ProviderPlane, Refusal, Request, Retry, TimeLimit,
};
use http::Method;
use serde_json::json;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::support::{
    CANARY, CountingSource, Rows, clock, in_hand, provider, provider_request, read, request, scripted,
    statuses, token, write,
};

#[tokio::test]
async fn the_credential_goes_in_below_everything_that_can_be_watched() {
    let seen = Arc::new(Mutex::new(String::new()));
    let watcher = {
        let seen = Arc::clone(&seen);
        layer_fn(move |inner: HttpService| {
            let seen = Arc::clone(&seen);
            service_fn(move |request: Request| {
                *seen.lock().unwrap() = format!("{request:?} {:?}", request.extensions());
                inner.clone().oneshot(request)
            })
        })
    };
    let (bottom, arrived) = statuses(&[200]);
    let mut options = ProviderOptions::new(clock());
    options.layers = vec![watcher.erase()];
    let mut request = provider_request();
    request.headers_mut().insert("Authorization", "the caller's own".parse().unwrap());
    ProviderPlane::new(options, bottom).call(read(), in_hand(), request).await.unwrap();

    assert!(!seen.lock().unwrap().contains(CANARY));
    let arrived = arrived.lock().unwrap();
    let lines: Vec<_> = arrived[0].headers.get_all("authorization").iter().collect();
    assert_eq!(lines, [&format!("Bearer {CANARY}")]);
    assert!(
        arrived[0].headers.keys().all(|name| !name.as_str().starts_with("x-alter") && name != "x-api-key")
    );
}

#[tokio::test]
async fn a_refused_destination_costs_no_credential_and_leaves_no_row() {
    let rows = Rows::new();
    let source = CountingSource::new();
    let (bottom, arrived) = statuses(&[200]);
    let plane = provider(&rows.queue(), bottom);
    for uri in ["http://api.example.com/", "https://169.254.169.254/", "https://me:pw@api.example.com/"] {
        let call = request(Method::GET, uri, "");
        let error = plane.call(read(), CredentialSource::new(source.clone()), call).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Refused(_)), "{uri}: {error}");
    }
    let mut call = provider_request();
    call.headers_mut().insert("x-alter-signature", "x".parse().unwrap());
    let error = plane.call(read(), CredentialSource::new(source.clone()), call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::VaultHeader));
    assert_eq!(source.asked(), [""; 0]);
    assert!(arrived.lock().unwrap().is_empty() && rows.kept().is_empty());
}

#[tokio::test]
async fn a_layer_cannot_send_the_credential_elsewhere_than_was_declared() {
    let rewriting = layer_fn(|inner: HttpService| {
        service_fn(move |mut request: Request| {
            *request.uri_mut() = "https://evil.test/v1/x".parse().unwrap();
            inner.clone().oneshot(request)
        })
    });
    let source = CountingSource::new();
    let mut options = ProviderOptions::new(clock());
    options.layers = vec![rewriting.erase()];
    let mut call = provider_request();
    call.extensions_mut().insert(DeclaredUrl("https://api.example.com/v1/x".into()));
    let plane = ProviderPlane::new(options, statuses(&[200]).0);
    let error = plane.call(read(), CredentialSource::new(source.clone()), call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused(Refusal::Undeclared));
    assert!(source.asked().is_empty());
}

#[tokio::test]
async fn the_vault_is_asked_for_exactly_the_call_that_is_made() {
    let source = CountingSource::new();
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), statuses(&[200]).0);
    plane.call(read(), CredentialSource::new(source.clone()), provider_request()).await.unwrap();
    assert_eq!(source.asked(), ["GET https://api.example.com/v1/x"]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_vault_does_not_use_up_the_providers_time() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (bottom, _) = scripted(|_| async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(crate::support::answer(200))
    });
    let source = CountingSource { takes: Duration::from_secs(10), ..CountingSource::new() };
    provider(&queue, bottom).call(read(), CredentialSource::new(source), provider_request()).await.unwrap();
    queue.drain(alter_transport::Deadline::after(Duration::from_secs(1))).await;
    assert_eq!(rows.kept()[0].report.latency_ms, 2000);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_its_own_credential_and_row_when_retry_is_on() {
    let rows = Rows::new();
    let queue = AuditQueue::new(rows.clone(), AuditLimits::default());
    let (bottom, arrived) = statuses(&[503, 503, 200]);
    let mut options = ProviderOptions::new(clock());
    options.audit = Some(queue.clone());
    options.retry = Retry::default();
    let source = CountingSource::new();
    let plane = ProviderPlane::new(options, bottom);
    plane.call(read(), CredentialSource::new(source.clone()), provider_request()).await.unwrap();
    queue.drain(alter_transport::Deadline::after(Duration::from_secs(1))).await;
    assert_eq!((source.asked().len(), arrived.lock().unwrap().len(), rows.kept().len()), (3, 3, 3));
}

#[tokio::test(start_paused = true)]
async fn by_default_nothing_is_repeated() {
    let (bottom, arrived) = statuses(&[503]);
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), bottom);
    let response = plane.call(read(), in_hand(), provider_request()).await.unwrap();
    assert_eq!((response.status().as_u16(), arrived.lock().unwrap().len()), (503, 1));
}

#[tokio::test(start_paused = true)]
async fn a_hanging_vault_is_cut_by_the_deadline_and_nothing_was_sent() {
    let rows = Rows::new();
    let (bottom, arrived) = statuses(&[200]);
    let source = CountingSource { takes: Duration::from_secs(3600), ..CountingSource::new() };
    let error = provider(&rows.queue(), bottom)
        .call(write(), CredentialSource::new(source), provider_request())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeLimit::Call));
    assert!(arrived.lock().unwrap().is_empty() && rows.kept().is_empty());
}

#[tokio::test]
async fn a_failing_source_is_the_source_of_the_error() {
    let source = CountingSource { fails: true, ..CountingSource::new() };
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), statuses(&[200]).0);
    let error = plane.call(read(), CredentialSource::new(source), provider_request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(!error.may_have_been_sent());
    assert_eq!(error.into_source().unwrap().to_string(), "refused");
}

#[tokio::test]
async fn a_credential_in_the_query_replaces_its_namesake_only() {
    let credential = alter_transport::Credential::new(token(json!({ "additional_injections":
        [{ "target": "query_param", "key": "page", "value_source": "token" }] })))
    .unwrap();
    let (bottom, arrived) = statuses(&[200]);
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), bottom);
    let call = request(Method::GET, "https://api.example.com/v1/x?page=2&size=5", "");
    plane.call(read(), CredentialSource::in_hand(credential), call).await.unwrap();
    assert_eq!(arrived.lock().unwrap()[0].uri.query(), Some(&*format!("size=5&page={CANARY}")));
}

#[tokio::test]
async fn local_providers_are_allowed_by_name_only() {
    let (bottom, arrived) = statuses(&[200]);
    let mut options = ProviderOptions::new(clock());
    options.destinations = Destinations::public_only().allow_loopback();
    let plane = ProviderPlane::new(options, bottom);
    let call = || request(Method::GET, "http://127.0.0.1:9/x", "");
    plane.call(read(), in_hand(), call()).await.unwrap();
    assert_eq!(arrived.lock().unwrap().len(), 1);
    let strict = ProviderPlane::new(ProviderOptions::new(clock()), statuses(&[200]).0);
    let error = strict.call(read(), in_hand(), call()).await.unwrap_err();
    assert!(error.to_string().contains("Destinations"), "{error}");
}
