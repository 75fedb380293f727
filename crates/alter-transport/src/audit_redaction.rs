//! [`AuditRedaction`]: your own word on what an audit row may show, after credentials were taken out of it.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use alter_types::ApiCallAuditLog;
use serde_json::Value;

/// What stands where a redaction itself failed.
const FAILED: &str = "[redaction failed]";

/// One text of an audit row that is about to be left.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AuditText<'a> {
    /// The method of the reported call.
    pub method: &'a str,
    /// Its URL as it was declared.
    pub url: &'a str,
    /// Where in the row it stands.
    pub place: AuditPlace<'a>,
    /// The text as it would be recorded; a JSON body as compact JSON. At most 10,000 bytes of a body.
    pub text: &'a str,
}

/// Where in an audit row a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditPlace<'a> {
    /// The value of this header of the request.
    RequestHeader(&'a str),
    /// The body of the request.
    RequestBody,
    /// The value of this header of the answer.
    ResponseHeader(&'a str),
    /// The body of the answer.
    ResponseBody,
}

/// Sees every captured header value and body and may put something else in its place. Cheap to clone.
///
/// It runs on the way of the call and must not block. If it panics, the text is left out of the row, and the call goes
/// on.
///
/// ```
/// use alter_transport::{AuditPlace, AuditRedaction};
///
/// let redaction = AuditRedaction::new(|text| match text.place {
///     AuditPlace::RequestBody | AuditPlace::ResponseBody => Some("[body]".to_owned()),
///     _ => None,
/// });
/// ```
#[derive(Clone)]
pub struct AuditRedaction(Arc<Redact>);

type Redact = dyn Fn(&AuditText<'_>) -> Option<String> + Send + Sync;

impl AuditRedaction {
    /// Records what `redact` returns, or the text as it is for `None`. The replacement of a JSON body stays JSON if it is
    /// JSON.
    #[must_use]
    pub fn new(redact: impl Fn(&AuditText<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(redact))
    }

    pub(crate) fn apply(&self, report: &mut ApiCallAuditLog) {
        let call = Call { redact: &*self.0, method: &report.method, url: &report.url };
        for (name, value) in report.request_headers.iter_mut().flatten() {
            call.text(AuditPlace::RequestHeader(name), value);
        }
        for (name, value) in report.response_headers.iter_mut().flatten() {
            call.text(AuditPlace::ResponseHeader(name), value);
        }
        if let Some(body) = &mut report.request_body {
            call.body(AuditPlace::RequestBody, body);
        }
        if let Some(body) = &mut report.response_body {
            call.body(AuditPlace::ResponseBody, body);
        }
    }
}

impl fmt::Debug for AuditRedaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditRedaction(…)")
    }
}

struct Call<'a> {
    redact: &'a Redact,
    method: &'a str,
    url: &'a str,
}

impl Call<'_> {
    fn replacement(&self, place: AuditPlace<'_>, text: &str) -> Option<String> {
        let text = AuditText { method: self.method, url: self.url, place, text };
        catch_unwind(AssertUnwindSafe(|| (self.redact)(&text))).unwrap_or_else(|_| {
            tracing::warn!("a redaction of audit texts panicked; the text was left out");
            Some(FAILED.to_owned())
        })
    }

    fn text(&self, place: AuditPlace<'_>, value: &mut String) {
        if let Some(replacement) = self.replacement(place, value) {
            *value = replacement;
        }
    }

    fn body(&self, place: AuditPlace<'_>, body: &mut Value) {
        match body {
            Value::String(text) => self.text(place, text),
            json => {
                if let Some(replacement) = self.replacement(place, &json.to_string()) {
                    *json = serde_json::from_str(&replacement).unwrap_or(Value::String(replacement));
                }
            }
        }
    }
}
