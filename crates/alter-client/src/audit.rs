//! [`VaultSink`]: delivers audit rows to the vault, signed, as the caller of the call they report.

use alter_transport::{AuditRow, AuditSink, BackendPlane, BoxFuture, CallContext, Delivery, Response};
use alter_types::ApiCallAuditLog;
use http::{Method, StatusCode};
use serde_json::Value;
use url::Url;

use crate::{exchange::Message, operation};

pub(crate) struct VaultSink {
    pub(crate) backend: BackendPlane,
}

impl AuditSink for VaultSink {
    fn deliver(&self, row: AuditRow) -> BoxFuture<'_, Delivery> {
        Box::pin(async move {
            let message = Message::new(Method::POST, "/sdk/oauth/audit/api-call").json(&row.report);
            let Ok(request) = message.and_then(|message| message.into_request(&self.backend, None)) else {
                return Delivery::Refused;
            };
            let mut cx = CallContext::new(operation::AUDIT);
            cx.caller = row.caller;
            cx.context = row.context;
            cx.identity = row.identity;
            cx.trace_parent = row.trace_parent;
            match self.backend.call(cx, request).await {
                Ok(response) => judge(&response, &row.report),
                Err(_) => Delivery::Later,
            }
        })
    }
}

fn judge(response: &Response, report: &ApiCallAuditLog) -> Delivery {
    let status = response.status();
    let grant = report.grant_id;
    if status.is_success() {
        tracing::debug!(%grant, "the vault has the audit row");
        return Delivery::Done;
    }
    let later = status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    if later {
        return Delivery::Later;
    }
    let body = response.body().as_bytes().map(|bytes| &bytes[..]).unwrap_or_default();
    let said = said(body);
    let (method, origin) = (&report.method, origin(&report.url));
    tracing::warn!(status = status.as_u16(), said, %grant, method, origin, "the vault refused an audit row");
    Delivery::Refused
}

/// What an error body says, fit for one line of a log.
fn said(body: &[u8]) -> String {
    /// Longer bodies are not looked into.
    const LONGEST: usize = 65_536;
    const MOST: usize = 300;
    let body: Value = match body.len() {
        0..=LONGEST => serde_json::from_slice(body).unwrap_or_default(),
        _ => Value::Null,
    };
    let message = [&body["message"], &body["detail"], &body["detail"]["message"]];
    let text = message.into_iter().find_map(Value::as_str).unwrap_or_default();
    let mut line: String = text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

/// Scheme and host of a URL, and nothing that could be a secret.
fn origin(url: &str) -> String {
    let url = Url::parse(url).ok();
    match url.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?))) {
        Some((scheme, host)) => format!("{scheme}://{host}"),
        None => "(no URL)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_becomes_one_short_clean_line() {
        let line = |body: Value| said(body.to_string().as_bytes());
        assert_eq!(line(json!({ "message": "No.\r\nsecond\u{9b}line" })), "No.  second line");
        assert_eq!(line(json!({ "detail": "text" })), "text");
        assert_eq!(line(json!({ "detail": { "message": "nested" } })), "nested");
        assert_eq!(line(json!({ "message": 7 })), "");
        let long = line(json!({ "message": "é".repeat(301) }));
        assert_eq!(long.chars().count(), 301);
        assert!(long.ends_with("é…"));
        assert_eq!(line(json!({ "message": "m".repeat(65_536) })), "", "too much to look into");
        assert_eq!(said(b"<html>no</html>"), "");
    }

    #[test]
    fn urls_in_logs_are_scheme_and_host() {
        assert_eq!(origin("https://api.example.com:8443/v1/secret?key=secret"), "https://api.example.com");
        assert_eq!(origin("https://[2606:4700::1111]:443/x"), "https://[2606:4700::1111]");
        assert_eq!(origin("https://me:pw@api.example.com/"), "https://api.example.com");
        for odd in ["", "no url", "https://host:port/x", "/v1"] {
            assert_eq!(origin(odd), "(no URL)", "{odd}");
        }
    }
}
