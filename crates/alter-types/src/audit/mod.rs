//! Reports of what an SDK did itself with a credential (`docs/protocol.md` 6.4 and 6.8).

mod capture;
mod log;
mod sanitize;
mod scope_report;

pub use capture::{MAX_CAPTURED_BODY, captured_body, captured_request_body, transport_failure};
pub use log::ApiCallAuditLog;
pub use sanitize::{SENSITIVE_HEADERS, SanitizedApiCall, is_sensitive_header};
pub use scope_report::ScopeMismatchReport;
