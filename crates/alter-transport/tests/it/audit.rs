//! Rows: one for every attempt that may have reached a provider, whatever became of it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_auth::SystemClock;
use alter_transport::{
    AuditContext, AuditPlace, AuditRedaction, CredentialSource, Deadline, Error, ProviderOptions,
    ProviderPlane,
};
use alter_types::Caller;
use http::Method;
use serde_json::json;

use crate::support::{
    CANARY, CountingSource, GRANT, Rows, answer_json, in_hand, provider, provider_request, read, request,
    scripted, write,
};

const SOON: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_row_says_what_happened_without_the_credential() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (bottom, _) = scripted(|_| async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let mut response = answer_json(201, &json!({"ok": true}));
        response.headers_mut().insert("set-cookie", "session=1".parse().unwrap());
        response.headers_mut().insert("x-kind", "a".parse().unwrap());
        Ok(response)
    });
    let mut call = request(Method::POST, "https://api.example.com/v1/x?page=2", r#"{"amount":1}"#);
    call.headers_mut().insert("content-type", "application/json".parse().unwrap());
    call.headers_mut().insert("authorization", "the caller's own".parse().unwrap());
    let mut cx = write();
    cx.reason = Some("invoice 118".into());
    cx.caller = Some(Arc::new(Caller::agent("mailer").unwrap()));
    cx.context = AuditContext::new([("run".to_owned(), "7".to_owned())]).unwrap().map(Arc::new);
    provider(&queue, bottom).call(cx, in_hand(), call).await.unwrap();
    queue.drain(Deadline::after(SOON)).await;

    let kept = rows.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].caller.as_ref().unwrap().name(), "mailer");
    assert_eq!(
        serde_json::to_value(&kept[0].report).unwrap(),
        json!({
            "grant_id": GRANT,
            "provider_id": "acme",
            "token_generation": null,
            "method": "POST",
            "url": "https://api.example.com/v1/x",
            "request_headers": { "content-type": "application/json" },
            "request_body": { "amount": 1 },
            "response_status": 201,
            "response_headers": { "x-kind": "a" },
            "response_body": "{\"ok\":true}",
            "latency_ms": 30,
            "reason": "invoice 118",
            "context": { "run": "7" },
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_redaction_sees_every_captured_text_after_the_credential_was_taken_out() {
    let (bottom, _) = scripted(|_| async {
        let mut response = answer_json(200, &json!({ "token": CANARY, "mail": "me@example.com" }));
        response.headers_mut().insert("x-user", "me".parse().unwrap());
        Ok(response)
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let redaction = AuditRedaction::new(move |text| {
        noted.lock().unwrap().push(format!("{} {} {:?} {}", text.method, text.url, text.place, text.text));
        match text.place {
            AuditPlace::RequestBody => Some(r#"{"amount":"hidden"}"#.to_owned()),
            AuditPlace::ResponseHeader("x-user") => Some("hidden".to_owned()),
            AuditPlace::ResponseBody => panic!("a bug in somebody's redaction"),
            _ => None,
        }
    });
    let rows = Rows::new();
    let queue = rows.queue();
    let mut options = ProviderOptions::new(Arc::new(SystemClock));
    options.audit = Some(queue.clone());
    options.audit_redaction = Some(redaction);
    let mut call = request(Method::POST, "https://api.example.com/v1/x", r#"{"amount":1}"#);
    call.headers_mut().insert("content-type", "application/json".parse().unwrap());
    let plane = ProviderPlane::new(options, bottom);
    let response = plane.call(write(), in_hand(), call).await.unwrap();
    assert!(String::from_utf8_lossy(response.body().as_bytes().unwrap()).contains("me@example.com"));
    queue.drain(Deadline::after(SOON)).await;

    let report = &rows.kept()[0].report;
    assert_eq!(report.request_body, Some(json!({ "amount": "hidden" })));
    assert_eq!(report.request_headers.as_ref().unwrap()["content-type"], "application/json");
    assert_eq!(report.response_headers.as_ref().unwrap()["x-user"], "hidden");
    assert_eq!(report.response_body, Some(json!("[redaction failed]")), "a failing redaction shows nothing");
    let seen = seen.lock().unwrap();
    assert!(
        seen.contains(&r#"POST https://api.example.com/v1/x RequestBody {"amount":1}"#.to_owned()),
        "{seen:?}"
    );
    assert!(seen.iter().all(|text| !text.contains(CANARY)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_json_body_beyond_the_limit_is_counted_and_not_kept() {
    for (length, kept) in [(10_000, true), (10_001, false)] {
        let body = format!("\"{}\"", "a".repeat(length - 2));
        let (bottom, _) = scripted(|_| async { Ok(answer_json(200, &json!({}))) });
        let rows = Rows::new();
        let queue = rows.queue();
        let mut call = request(Method::POST, "https://api.example.com/v1/x", "");
        *call.body_mut() = body.clone().into_bytes().into();
        call.headers_mut().insert("content-type", "application/json".parse().unwrap());
        provider(&queue, bottom).call(write(), in_hand(), call).await.unwrap();
        queue.drain(Deadline::after(SOON)).await;
        let expected = if kept { json!("a".repeat(length - 2)) } else { json!("<binary body: 10001 bytes>") };
        assert_eq!(rows.kept()[0].report.request_body, Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn failures_leave_a_row_that_names_them() {
    for (bottom, text) in [
        (scripted(|_| std::future::ready(Err(Error::io("reset")))).0, "<transport error: network>"),
        (scripted(|_| std::future::pending()).0, "<transport error: timeout after 5000ms>"),
    ] {
        let rows = Rows::new();
        let queue = rows.queue();
        provider(&queue, bottom).call(write(), in_hand(), provider_request()).await.unwrap_err();
        queue.drain(Deadline::after(SOON)).await;
        let report = &rows.kept()[0].report;
        assert_eq!(report.response_status, 0);
        assert_eq!(report.response_body.as_ref().and_then(|body| body.as_str()), Some(text));
        assert_eq!(report.response_headers, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_leaves_a_row() {
    let rows = Rows::new();
    let queue = rows.queue();
    let plane = provider(&queue, scripted(|_| std::future::pending()).0);
    let call = plane.call(write(), in_hand(), provider_request());
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err(), "dropped half-way");
    queue.drain(Deadline::after(SOON)).await;
    let report = &rows.kept()[0].report;
    assert_eq!(
        report.response_body.as_ref().and_then(|body| body.as_str()),
        Some("<transport error: cancelled>")
    );
    assert_eq!(report.latency_ms, 1000);
}

#[tokio::test(start_paused = true)]
async fn without_a_credential_there_is_nothing_to_report() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (bottom, _) = scripted(|_| std::future::pending());
    let source = CountingSource { fails: true, ..CountingSource::new() };
    let plane = provider(&queue, bottom);
    plane.call(read(), CredentialSource::new(source), provider_request()).await.unwrap_err();
    let source = CountingSource { takes: Duration::from_secs(60), ..CountingSource::new() };
    let call = plane.call(read(), CredentialSource::new(source), provider_request());
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    queue.drain(Deadline::after(SOON)).await;
    assert!(rows.kept().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_row_ever_holds_the_credential() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (bottom, arrived) = scripted(|number| {
        std::future::ready(if number == 1 {
            Err(Error::io("reset"))
        } else {
            Ok(answer_json(200, &json!({})))
        })
    });
    let plane = provider(&queue, bottom);
    let _ = plane.call(write(), in_hand(), provider_request()).await;
    plane.call(write(), in_hand(), provider_request()).await.unwrap();
    queue.drain(Deadline::after(SOON)).await;
    assert_eq!((arrived.lock().unwrap().len(), rows.kept().len()), (2, 2));
    assert!(!format!("{:?}", rows.kept()).contains(CANARY));
}

#[tokio::test(start_paused = true)]
async fn a_credential_the_provider_repeats_is_not_recorded_and_not_in_an_error() {
    let rows = Rows::new();
    let queue = rows.queue();
    let (bottom, _) = scripted(|number| {
        std::future::ready(if number == 1 {
            let mut response = answer_json(401, &json!({ "you_sent": format!("Bearer {CANARY}") }));
            response.headers_mut().insert("x-echo", CANARY.parse().unwrap());
            Ok(response)
        } else {
            Err(Error::io(format!("bad header: authorization: Bearer {CANARY}")))
        })
    });
    let plane = provider(&queue, bottom);
    let mut call = request(Method::POST, "https://api.example.com/v1/x", "");
    *call.body_mut() = format!("a request that knows {CANARY}").into_bytes().into();
    let response = plane.call(write(), in_hand(), call).await.unwrap();
    assert_eq!(response.headers()["x-echo"], CANARY, "the caller gets the answer as it is");
    let error = plane.call(write(), in_hand(), provider_request()).await.unwrap_err();
    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
    assert!(format!("{error:?}").contains("bad header"), "the rest of the text stays");
    queue.drain(Deadline::after(SOON)).await;
    let kept = rows.kept();
    assert!(!format!("{kept:?}").contains(CANARY), "{kept:?}");
    assert_eq!(kept[0].report.request_body.as_ref().unwrap(), "a request that knows [credential]");
}
