//! [`Spans`]: what a program reports about its own work.

use alter_types::{EmitSpansRequest, EmitSpansResult, Surface, UserSpan};

use crate::{Result, client::Client, operation};

/// Telemetry beside the audit trail. From [`App::spans`](crate::App::spans) and
/// [`Agent::spans`](crate::Agent::spans).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # vault.on("POST /sdk/spans").answers(serde_json::json!({ "accepted": 1 }));
/// # let app = vault.app();
/// # let began = alter_client::types::Timestamp::from_unix_seconds(1_790_000_000);
/// use alter_client::UserSpan;
///
/// let span = UserSpan::new("run-7", "read the calendar", began).with_span_id("s-1");
/// assert_eq!(app.spans().emit([span]).await?.accepted, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Spans<'a> {
    client: &'a Client,
}

impl<'a> Spans<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Reports 1 to 50 spans. They are telemetry and no evidence: anybody with the key can report anything.
    ///
    /// Spans that all have a span id are sent again if the answer gets lost, since the vault keeps each once; those
    /// without are not.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if there are none or more than 50, or a text of one is empty or too
    /// long, [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub async fn emit(&self, spans: impl IntoIterator<Item = UserSpan>) -> Result<EmitSpansResult> {
        let request = EmitSpansRequest::new(spans.into_iter().collect());
        request.validate()?;
        let named = request.spans.iter().all(|span| span.span_id.is_some());
        let operation = if named { operation::EMIT_NAMED_SPANS } else { operation::EMIT_SPANS };
        let cx = self.client.context(operation);
        self.client.post("/sdk/spans", Surface::Main, cx, None, &request).await?.json()
    }
}
