//! [`VaultSink`]: delivers audit rows to the vault, signed, as the caller of the call they report.

use alter_transport::{AuditRow, AuditSink, BackendPlane, BoxFuture, CallContext, Delivery};
use http::{Method, StatusCode};

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
                Ok(response) => judge(response.status()),
                Err(_) => Delivery::Later,
            }
        })
    }
}

fn judge(status: StatusCode) -> Delivery {
    if status.is_success() {
        return Delivery::Done;
    }
    let later = status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    if later {
        return Delivery::Later;
    }
    tracing::warn!(status = status.as_u16(), "the vault refused an audit row");
    Delivery::Refused
}
