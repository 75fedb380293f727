//! [`AuditRow`]: what is reported about one attempt of a provider call, and how it is put together
//! (`docs/protocol.md` 6.4).

use std::{collections::BTreeMap, sync::Arc};

use alter_types::{ApiCallAuditLog, Caller, TraceParent, is_sensitive_header};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::{
    AuditContext, CallContext, Error, ErrorKind, Identity, TimeLimit,
    capture::{CAPTURE_LIMIT, Capture, Captured, End},
    exchange::Sent,
    scrub::Scrubber,
};

/// One report, with what has to be known to deliver it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditRow {
    /// The report itself. It holds no credential.
    pub report: ApiCallAuditLog,
    /// The caller of the reported call, if it had one of its own: call and report name the same.
    pub caller: Option<Arc<Caller>>,
    /// The audit context of the reported call.
    pub context: Option<Arc<AuditContext>>,
    /// The client as a whole, if it was not the plane's own identity.
    pub identity: Option<Identity>,
    /// The trace of the reported call.
    pub trace_parent: Option<Arc<TraceParent>>,
}

/// The request as it was before the credential went in.
pub(crate) struct Observed {
    pub(crate) method: Method,
    pub(crate) url: Arc<str>,
    pub(crate) headers: HeaderMap,
    /// The content type is not one of those that were set.
    pub(crate) implied_content_type: bool,
    pub(crate) body: RequestBody,
    pub(crate) cx: Option<CallContext>,
}

/// The body of the request: there already, or watched while it is sent.
pub(crate) enum RequestBody {
    Whole(Captured),
    Streamed(Capture),
}

/// How the attempt ended.
pub(crate) enum Outcome {
    Answered(StatusCode, HeaderMap, Captured),
    TimedOut,
    Failed,
    Cancelled,
}

impl Outcome {
    pub(crate) fn of_failure(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Timeout(TimeLimit::Attempt | TimeLimit::Idle) => Self::TimedOut,
            ErrorKind::Connect if error.is_timeout() => Self::TimedOut,
            _ => Self::Failed,
        }
    }
}

impl Observed {
    /// The row, without a trace of what `scrubber` looks for.
    pub(crate) fn into_row(self, sent: &Sent, outcome: Outcome, scrubber: &Scrubber) -> AuditRow {
        let (mut caller, mut context, mut reason) = (None, None, None);
        let (mut identity, mut trace_parent) = (None, None);
        if let Some(cx) = self.cx {
            (caller, context, reason) = (cx.caller, cx.context, cx.reason);
            (identity, trace_parent) = (cx.identity, cx.trace_parent);
        }
        let latency_ms = u64::try_from(sent.at.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut report = ApiCallAuditLog::new(sent.grant_id, self.method.as_str(), &*self.url);
        report.provider_id.clone_from(&sent.provider_id);
        report.token_generation = sent.token_generation;
        let mut headers = loggable(&self.headers, &sent.injected_headers);
        if self.implied_content_type {
            headers.remove(http::header::CONTENT_TYPE.as_str());
        }
        report.request_headers = Some(headers);
        let body = match self.body {
            RequestBody::Whole(body) => body,
            RequestBody::Streamed(capture) => capture.seen(),
        };
        report.request_body = request_body(&self.headers, &body);
        report.latency_ms = latency_ms;
        report.reason = reason.as_deref().map(str::to_owned);
        report.context = context.as_ref().map(|context| context.labels().iter().cloned().collect());
        match outcome {
            Outcome::Answered(status, headers, body) => {
                report.response_status = status.as_u16();
                report.response_headers = Some(loggable(&headers, &[]));
                report.response_body = Some(captured(&body, "response", "response too large").into());
            }
            Outcome::TimedOut => {
                report.response_body =
                    Some(format!("<transport error: timeout after {latency_ms}ms>").into());
            }
            Outcome::Failed => report.response_body = Some("<transport error: network>".into()),
            Outcome::Cancelled => report.response_body = Some("<transport error: cancelled>".into()),
        }
        scrub(&mut report, scrubber);
        AuditRow { report, caller, context, identity, trace_parent }
    }
}

fn scrub(report: &mut ApiCallAuditLog, scrubber: &Scrubber) {
    let headers = report.request_headers.iter_mut().chain(report.response_headers.iter_mut());
    headers.flat_map(BTreeMap::values_mut).for_each(|value| scrubber.scrub_in_place(value));
    for body in report.request_body.iter_mut().chain(report.response_body.iter_mut()) {
        scrubber.scrub_json(body);
    }
}

/// JSON as JSON, other text as text, `None` for no body.
fn request_body(headers: &HeaderMap, body: &Captured) -> Option<Value> {
    if body.total == 0 {
        return None;
    }
    let json =
        headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
            // `application/json`, `application/problem+json`, `application/x-amz-json-1.0`.
            kind.split(';').next().unwrap_or_default().to_ascii_lowercase().contains("json")
        });
    if json
        && body.end == End::Complete
        && body.total <= CAPTURE_LIMIT as u64
        && let Ok(value) = serde_json::from_slice(&body.kept)
    {
        return Some(value);
    }
    Some(Value::String(captured(body, "body", "binary body")))
}

/// The whole text, or a placeholder; never a part.
fn captured(body: &Captured, kind: &str, too_large: &str) -> String {
    let total = body.total;
    match (body.end, std::str::from_utf8(&body.kept)) {
        (End::Broken, _) => format!("<{kind} broke off: {total} bytes arrived>"),
        (End::Abandoned, _) => format!("<{kind} not read to its end: {total} bytes>"),
        _ if total > CAPTURE_LIMIT as u64 => format!("<{too_large}: {total} bytes>"),
        (End::Complete, Ok(text)) => text.to_owned(),
        (End::Complete, Err(_)) => format!("<binary {kind}: {total} bytes>"),
    }
}

/// Headers by lower-case name without every sensitive or injected one. Repeated ones are joined.
fn loggable(headers: &HeaderMap, injected: &[HeaderName]) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        if is_sensitive_header(name.as_str()) || value.is_sensitive() || injected.contains(name) {
            continue;
        }
        let text = String::from_utf8_lossy(HeaderValue::as_bytes(value));
        kept.entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push_str(", ");
                joined.push_str(&text);
            })
            .or_insert_with(|| text.into_owned());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_whole_or_a_placeholder() {
        let text =
            |body: Vec<u8>| captured(&bytes::Bytes::from(body).into(), "response", "response too large");
        assert_eq!(text(vec![b'a'; CAPTURE_LIMIT]).len(), CAPTURE_LIMIT);
        assert_eq!(text(vec![b'a'; CAPTURE_LIMIT + 1]), "<response too large: 10001 bytes>");
        assert_eq!(text(vec![0xff]), "<binary response: 1 bytes>");
    }

    #[test]
    fn sensitive_and_injected_headers_stay_out() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("a"));
        headers.insert("x-injected", HeaderValue::from_static("b"));
        headers.insert("accept", HeaderValue::from_static("c"));
        headers.append("accept", HeaderValue::from_static("d"));
        let kept = loggable(&headers, &[HeaderName::from_static("x-injected")]);
        assert_eq!(kept, BTreeMap::from([("accept".to_owned(), "c, d".to_owned())]));
    }
}
