//! [`Entry`]: an audit row before it has a number, and the layout of its columns.

use std::borrow::Cow;

use alter_auth::Attribution;
use alter_types::{AppId, ErrorCode, GrantId, KeyId};
use uuid::Uuid;

use super::{AuditEvent, AuditOutcome, Cell};

/// Columns covered by a row's hash, `seq` and `at` included.
pub(crate) const CELLS: usize = 26;

/// Ends a text that was longer than its column.
const CUT_MARK: &str = "…[cut]";

/// What an audit row will say. Texts from outside are cut to the bounds of their columns.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    event: AuditEvent,
    outcome: AuditOutcome,
    pub(crate) app: Option<AppId>,
    pub(crate) code: Option<ErrorCode>,
    pub(crate) key: Option<(KeyId, &'a str)>,
    pub(crate) grant: Option<GrantId>,
    pub(crate) generation: Option<Uuid>,
    pub(crate) status: Option<u16>,
    pub(crate) latency_ms: Option<u64>,
    /// The row this one completes: the `proxy.execute` of a `proxy.result`.
    pub(crate) completes: Option<i64>,
    /// The id of what was made, where it is neither application, key nor grant.
    pub(crate) subject: Option<Uuid>,
    pub(crate) decision: Option<&'a str>,
    pub(crate) report: Option<&'a str>,
    attribution: Option<&'a Attribution>,
    provider: Option<Cow<'a, str>>,
    method: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
    reason: Option<Cow<'a, str>>,
    request_id: Option<Cow<'a, str>>,
    client_ip: Option<&'a str>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(event: AuditEvent, outcome: AuditOutcome) -> Self {
        Self {
            event,
            outcome,
            app: None,
            code: None,
            key: None,
            grant: None,
            generation: None,
            status: None,
            latency_ms: None,
            completes: None,
            subject: None,
            decision: None,
            report: None,
            attribution: None,
            provider: None,
            method: None,
            url: None,
            reason: None,
            request_id: None,
            client_ip: None,
        }
    }

    pub(crate) fn event(mut self, event: AuditEvent) -> Self {
        self.event = event;
        self
    }

    pub(crate) fn subject(mut self, subject: Uuid) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn outcome(mut self, outcome: AuditOutcome) -> Self {
        self.outcome = outcome;
        self
    }

    pub(crate) fn app(mut self, app: AppId) -> Self {
        self.app = Some(app);
        self
    }

    pub(crate) fn attribution(mut self, attribution: &'a Attribution) -> Self {
        self.attribution = Some(attribution);
        self
    }

    pub(crate) fn provider(mut self, provider: Option<&'a str>) -> Self {
        self.provider = provider.map(|text| cut(text, 255));
        self
    }

    pub(crate) fn call(mut self, method: Option<&'a str>, url: Option<&'a str>) -> Self {
        self.method = method.map(|text| cut(text, 32));
        self.url = url.map(|text| cut(text, 2_048));
        self
    }

    pub(crate) fn reason(mut self, reason: Option<&'a str>) -> Self {
        self.reason = reason.map(|text| cut(text, 1_024));
        self
    }

    pub(crate) fn request(mut self, id: &'a str, client_ip: Option<&'a str>) -> Self {
        self.request_id = Some(cut(id, 128));
        self.client_ip = client_ip;
        self
    }

    /// The row's columns in the order of the table and of the hash.
    pub(crate) fn cells(&self, seq: i64, at: i64) -> [Cell<'_>; CELLS] {
        let caller = self.attribution.and_then(|a| a.caller.as_ref());
        // The signature layer bounds these: 255 characters each, the context 4,096 bytes.
        let actor = self.attribution.and_then(|a| a.actor_id.as_deref());
        let context = self.attribution.and_then(|a| a.context.as_deref());
        [
            Cell::Integer(seq),
            Cell::Integer(at),
            Cell::bytes(self.app.as_ref().map(|id| id.as_bytes().as_slice())),
            Cell::Text(self.event.as_str()),
            Cell::Text(self.outcome.as_str()),
            Cell::text(self.code.as_ref().map(ErrorCode::as_str)),
            Cell::bytes(self.key.as_ref().map(|(id, _)| id.as_bytes().as_slice())),
            Cell::text(self.key.as_ref().map(|(_, prefix)| *prefix)),
            Cell::bytes(self.grant.as_ref().map(|id| id.as_bytes().as_slice())),
            Cell::text(self.provider.as_deref()),
            Cell::bytes(self.generation.as_ref().map(|id| id.as_bytes().as_slice())),
            Cell::text(self.method.as_deref()),
            Cell::text(self.url.as_deref()),
            Cell::integer(self.status.map(i64::from)),
            Cell::integer(self.latency_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX))),
            Cell::text(caller.map(|caller| caller.name())),
            Cell::text(caller.map(|caller| caller.kind().as_str())),
            Cell::text(actor),
            Cell::text(context),
            Cell::text(self.reason.as_deref()),
            Cell::text(self.request_id.as_deref()),
            Cell::text(self.client_ip),
            Cell::integer(self.completes),
            Cell::bytes(self.subject.as_ref().map(|id| id.as_bytes().as_slice())),
            Cell::text(self.decision),
            Cell::text(self.report),
        ]
    }
}

/// At most `max` bytes of `text`, whole characters, with a mark where something is missing.
fn cut(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    let mut end = max - CUT_MARK.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{CUT_MARK}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_a_character_and_marked() {
        assert_eq!(cut("short", 32), "short");
        let text = "é".repeat(600);
        let short = cut(&text, 1_023);
        assert!(short.len() <= 1_023 && short.ends_with("é…[cut]"));
    }
}
