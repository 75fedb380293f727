//! The report that a provider found a credential's scopes wanting, made in the background after such a refusal.

use std::time::Duration;

use alter_auth::Challenge;
use alter_transport::{CallContext, Deadline};
use alter_types::{GrantId, ScopeMismatchReport, Surface};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, StatusCode, header::WWW_AUTHENTICATE};

use crate::{Result, client::Client, error::internal, exchange::Message, gate::Place, operation};

/// How long a report may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// An `insufficient_scope` challenge of a provider (RFC 6750, 3.1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScopeChallenge {
    /// The scopes it names, if it names any.
    pub(crate) missing: Option<Vec<String>>,
    /// The header it is in.
    pub(crate) raw: String,
}

impl ScopeChallenge {
    /// The first one among the challenges of an answer.
    pub(crate) fn find(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        values.find_map(|raw| {
            let challenges = Challenge::parse_list(raw);
            let scopes = Challenge::of_access_token(&challenges)?.insufficient_scope()?;
            let missing: Vec<_> = scopes.into_iter().map(str::to_owned).collect();
            Some(Self { missing: Some(missing).filter(|scopes| !scopes.is_empty()), raw: raw.to_owned() })
        })
    }
}

/// A refusal to report.
pub(crate) struct ScopeReport {
    pub(crate) grant: GrantId,
    pub(crate) challenge: ScopeChallenge,
    pub(crate) url: String,
}

impl ScopeReport {
    /// Reports it in the background, on the runtime of the call. The client is not done closing before it has ended,
    /// and whatever becomes of it, the call's own result stands.
    pub(crate) fn spawn(self, client: &Client, call: &CallContext, place: &Place) {
        let mut cx = CallContext::new(operation::SCOPE_REPORT);
        cx.identity.clone_from(&call.identity);
        cx.trace_parent.clone_from(&call.trace_parent);
        let (client, place) = (client.clone(), place.clone());
        tokio::spawn(async move {
            let _place = place;
            match self.deliver(&client, cx).await {
                Ok(()) => tracing::debug!("reported missing scopes to the vault"),
                Err(error) => {
                    let status = error.status();
                    let request_id = error.request_id();
                    tracing::warn!(%error, status, request_id, "missing scopes could not be reported");
                }
            }
        });
    }

    async fn deliver(self, client: &Client, cx: CallContext) -> Result<()> {
        let mut id = [0; 16];
        client.core().random.fill(&mut id).map_err(|error| internal(error.to_string()))?;
        let missing = self.challenge.missing.as_deref();
        let id = URL_SAFE_NO_PAD.encode(id);
        let report = ScopeMismatchReport::new(missing, &self.challenge.raw, &self.url, id);
        let path = format!("/sdk/grants/{}/report-scope-mismatch", self.grant);
        let message = Message::new(Method::POST, &path).json(&report)?;
        let answer = client.telemetry(message, Surface::Main, cx, Deadline::after(PATIENCE)).await?;
        if answer.status != StatusCode::NO_CONTENT {
            tracing::debug!(status = answer.status.as_u16(), "the vault took the report of missing scopes");
        }
        Ok(())
    }
}
