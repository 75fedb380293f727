//! An SDK's report of a call it made itself, brought within its bound. Nothing is refused for being long: a trail
//! with a shortened report is worth more than one without it.

use alter_types::ApiCallAuditLog;
use serde_json::Value;

/// Longest stored report, in bytes of JSON.
pub(crate) const MAX_BYTES: usize = 64 * 1_024;

const LEFT_OUT: &str = "<left out: the report was too long>";

/// A report that fits its columns.
#[derive(Debug)]
pub(crate) struct BoundedReport {
    /// The reported URL without query, fragment and user information.
    pub(crate) url: String,
    /// The whole report as JSON, at most [`MAX_BYTES`].
    pub(crate) json: String,
}

impl BoundedReport {
    /// Leaves bodies and then headers out if need be.
    pub(crate) fn new(report: &ApiCallAuditLog) -> Result<Self, serde_json::Error> {
        let mut report = report.clone();
        report.url = trail_url(&report.url);
        let url = report.url.clone();
        let steps: [fn(&mut ApiCallAuditLog); 4] = [
            |_| {},
            |report| {
                report.request_body = report.request_body.take().map(|_| Value::from(LEFT_OUT));
                report.response_body = report.response_body.take().map(|_| LEFT_OUT.into());
            },
            |report| {
                report.request_headers = None;
                report.response_headers = None;
                report.context = None;
            },
            |report| {
                // These have columns of their own.
                report.url = LEFT_OUT.to_owned();
                report.method = LEFT_OUT.to_owned();
                report.provider_id = LEFT_OUT.to_owned();
                report.reason = None;
            },
        ];
        let mut json = String::new();
        for shorten in steps {
            shorten(&mut report);
            json = serde_json::to_string(&report)?;
            if json.len() <= MAX_BYTES {
                break;
            }
        }
        Ok(Self { url, json })
    }
}

/// A reported URL as the trail keeps it. SDKs leave query and user information out; this makes sure.
fn trail_url(text: &str) -> String {
    let plain = &text[..text.find(['?', '#']).unwrap_or(text.len())];
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use alter_types::GrantId;

    use super::*;

    fn report(url: &str, body: usize) -> ApiCallAuditLog {
        let mut report = ApiCallAuditLog::new(GrantId::from_bytes([1; 16]), "GET", url);
        report.response_body = Some("x".repeat(body).into());
        report
    }

    fn json(report: &ApiCallAuditLog) -> String {
        BoundedReport::new(report).unwrap().json
    }

    #[test]
    fn a_report_within_the_bound_is_kept_whole_but_for_the_query() {
        let json = json(&report("https://me:pw@api.example.com/a?token=x", 10_000));
        assert!(json.contains("xxxx") && json.contains("https://api.example.com/a\""));
        assert!(!json.contains("token=x") && !json.contains("pw@"));
    }

    #[test]
    fn a_longer_one_loses_its_bodies_and_never_exceeds_the_bound() {
        let shortened = json(&report("https://api.example.com/a", 70_000));
        assert!(shortened.contains(LEFT_OUT) && shortened.contains("https://api.example.com/a"));
        assert!(json(&report(&format!("https://a/{}", "y".repeat(70_000)), 70_000)).len() <= MAX_BYTES);
    }
}
