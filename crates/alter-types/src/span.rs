//! Spans an application reports about its own work (`POST /sdk/spans`, `docs/protocol.md` 6.8).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Timestamp, checked::checked_model, error::ValueError, setters::setters, strict::characters};

/// Most spans one request may carry.
pub const MAX_SPANS: usize = 50;

/// Body of `POST /sdk/spans`: 1 to [`MAX_SPANS`] spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct EmitSpansRequest {
    /// The spans.
    pub spans: Vec<UserSpan>,
}

/// One span. The pair of trace id and span id makes sending it twice harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct UserSpan {
    /// The trace it belongs to, 1 to 255 characters.
    pub trace_id: String,
    /// What was done, 1 to 255 characters.
    pub name: String,
    /// When it began.
    pub start_time: Timestamp,
    /// 1 to 32 characters; the backend makes one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// The span around it, 1 to 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_span_id: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Anything else worth knowing.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

checked_model!(EmitSpansRequest, UserSpan);

impl EmitSpansRequest {
    /// These spans.
    #[must_use]
    pub fn new(spans: Vec<UserSpan>) -> Self {
        Self { spans }
    }

    /// Checks what a caller filled in.
    ///
    /// # Errors
    /// [`ValueError`] if there are no spans or more than [`MAX_SPANS`], or a text of one is too long or empty.
    pub fn validate(&self) -> Result<(), ValueError> {
        self.check().map_err(ValueError::argument)?;
        for (index, span) in self.spans.iter().enumerate() {
            span.check().map_err(|rule| ValueError::argument(format!("spans[{index}].{rule}")))?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), &'static str> {
        if (1..=MAX_SPANS).contains(&self.spans.len()) { Ok(()) } else { Err("spans: expected 1 to 50") }
    }
}

impl UserSpan {
    /// A span that began at `start_time`.
    #[must_use]
    pub fn new(trace_id: impl Into<String>, name: impl Into<String>, start_time: Timestamp) -> Self {
        Self {
            trace_id: trace_id.into(),
            name: name.into(),
            start_time,
            span_id: None,
            parent_span_id: None,
            end_time: None,
            attributes: BTreeMap::new(),
        }
    }

    setters! {
        with_span_id(span_id: ?String);
        with_parent_span_id(parent_span_id: ?String);
        with_end_time(end_time: ?Timestamp);
        with_attributes(attributes: =BTreeMap<String, String>);
    }

    fn check(&self) -> Result<(), &'static str> {
        let fits = |text: &str, most| characters(text, 1, most);
        if !fits(&self.trace_id, 255) {
            Err("trace_id: expected 1 to 255 characters")
        } else if !fits(&self.name, 255) {
            Err("name: expected 1 to 255 characters")
        } else if [&self.span_id, &self.parent_span_id].into_iter().flatten().all(|id| fits(id, 32)) {
            Ok(())
        } else {
            Err("span_id and parent_span_id: expected 1 to 32 characters")
        }
    }
}

/// Answer of `POST /sdk/spans`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmitSpansResult {
    /// How many spans are new; those stored before do not count.
    pub accepted: i64,
}

impl EmitSpansResult {
    /// `accepted` new spans.
    #[must_use]
    pub fn new(accepted: i64) -> Self {
        Self { accepted }
    }
}
