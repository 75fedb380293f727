//! [`Reply`]: what the provider answered, the same type in both modes.

use std::{error::Error as StdError, fmt, str::Utf8Error, sync::Arc, time::Duration};

use alter_transport::{CallMeta, Exchange, Response};
use alter_types::{
    ApprovalId, GrantId, ProxyResponse, captured_body,
    error::{ProviderError, ProviderGrant, ProviderKind},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::{
    Error, Result,
    error::{outside_contract, value},
    scope_report::{ScopeChallenge, ScopeReport},
};

/// A provider's answer. It knows nothing of the request: neither the credential nor the URL that carried one.
///
/// `Debug` shows the status, the names of the headers and the size of the body.
pub struct Reply(Box<Inner>);

struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    meta: CallMeta,
    used: Option<Used>,
    from_vault: Option<FromVault>,
}

/// The grant behind an answer, as far as this process knows.
struct Used {
    grant_id: GrantId,
    provider_id: String,
    scope_mismatch: bool,
    asked: Option<Asked>,
}

/// What was asked of the provider, as the vault was told: without parameters that were added separately, and without
/// a credential. A response extension.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) url: Arc<str>,
}

/// What the vault adds to an answer in proxy mode.
struct FromVault {
    approval_id: Option<ApprovalId>,
    truncated: bool,
    credential_hint: Option<String>,
    took: Option<Duration>,
}

impl Reply {
    pub(crate) fn from_provider(response: Response) -> Self {
        let (mut head, body) = response.into_parts();
        let exchange = head.extensions.remove::<Exchange>();
        let asked = head.extensions.remove::<Asked>();
        let used = exchange.as_ref().and_then(Exchange::sent).map(|sent| Used {
            grant_id: sent.grant_id,
            provider_id: sent.provider_id.clone(),
            scope_mismatch: sent.scope_mismatch,
            asked,
        });
        Self(Box::new(Inner {
            status: head.status,
            headers: head.headers,
            body: body.as_bytes().cloned().unwrap_or_default(),
            meta: head.extensions.remove().unwrap_or_default(),
            used,
            from_vault: None,
        }))
    }

    pub(crate) fn from_vault(answer: ProxyResponse, meta: CallMeta) -> Result<Self> {
        const MALFORMED: &str = "the vault's answer is not what the protocol says";
        let status =
            StatusCode::from_u16(answer.status_code).map_err(|_| outside_contract(MALFORMED, 200))?;
        let body = answer.body_bytes().map_err(|_| outside_contract(MALFORMED, 200))?;
        // A header that cannot be one is left out rather than losing the answer.
        let headers = answer.headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
        });
        Ok(Self(Box::new(Inner {
            status,
            headers: headers.collect(),
            body: body.into(),
            meta,
            used: None,
            from_vault: Some(FromVault {
                approval_id: answer.approval_id,
                truncated: answer.body_truncated,
                credential_hint: answer.credential_hint,
                took: answer.duration_ms.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis),
            }),
        })))
    }

    /// The whole reply inside an [`Error::Provider`].
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        let refused = StdError::source(error)?.downcast_ref::<Refused>()?;
        Some(&refused.0)
    }

    /// Makes a status of 400 or above an [`Error::Provider`], with the reply inside.
    ///
    /// # Errors
    /// [`Error::Provider`] if the status is 400 or above.
    pub fn error_for_status(self) -> Result<Self> {
        if self.0.status.as_u16() < 400 { Ok(self) } else { Err(self.into_error()) }
    }

    /// The provider's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The provider's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.0.body
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.0.body).map_err(|_: Utf8Error| value("the reply's body is not UTF-8 text"))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.0.body)
            .map_err(|_| value("the reply's body is not JSON, or not of the expected shape"))
    }

    /// How the call went: attempts, time, request id.
    #[must_use]
    pub fn meta(&self) -> &CallMeta {
        &self.0.meta
    }

    /// The approval that was needed, in proxy mode.
    #[must_use]
    pub fn approval_id(&self) -> Option<ApprovalId> {
        self.0.from_vault.as_ref()?.approval_id
    }

    /// Whether the vault kept only the beginning of the body, in proxy mode.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.0.from_vault.as_ref().is_some_and(|vault| vault.truncated)
    }

    /// How the credential should have been sent, as far as the vault can tell from a 401 or 403 in proxy mode.
    #[must_use]
    pub fn credential_hint(&self) -> Option<&str> {
        self.0.from_vault.as_ref()?.credential_hint.as_deref()
    }

    /// How long the provider took to answer the vault, in proxy mode.
    #[must_use]
    pub fn provider_time(&self) -> Option<Duration> {
        self.0.from_vault.as_ref()?.took
    }

    pub(crate) fn into_error(self) -> Error {
        let status = self.0.status.as_u16();
        let challenge = ScopeChallenge::find(&self.0.headers);
        let (kind, source) = self.provider_kind(challenge.as_ref());
        let mut error = ProviderError::new(kind)
            .with_message(format!("the provider answered {status}"))
            .with_status(status)
            .with_response_body(captured_body(&self.0.body).into_owned());
        if let Some(used) = &self.0.used {
            error = used.describe(error);
        }
        if let Some(source) = source {
            error = error.with_detail("source", source);
        }
        if let Some(challenge) = challenge.filter(|_| source == Some(INSUFFICIENT_SCOPE)) {
            error = error.with_detail("www_authenticate", challenge.raw);
        }
        let meta = &self.0.meta;
        let (attempts, request_id) = (meta.attempts, meta.request_id.clone());
        let error = Error::from(error.with_source(Refused(self))).with_attempts(attempts);
        match request_id {
            Some(id) => error.with_request_id(&*id),
            None => error,
        }
    }
}

/// What a refusal means for the grant (`docs/protocol.md` 7.4).
impl Reply {
    /// What there is to report to the vault about an answer of a provider.
    pub(crate) fn scope_report(response: &Response) -> Option<ScopeReport> {
        if response.status() != StatusCode::FORBIDDEN {
            return None;
        }
        let challenge = ScopeChallenge::find(response.headers())?;
        let sent = response.extensions().get::<Exchange>()?.sent()?;
        let asked = response.extensions().get::<Asked>()?;
        Some(ScopeReport { grant: sent.grant_id, challenge, url: asked.url.to_string() })
    }

    /// The kind of a refusal, and how it was told.
    fn provider_kind(&self, challenge: Option<&ScopeChallenge>) -> (ProviderKind, Option<&'static str>) {
        let Some(used) = &self.0.used else { return (ProviderKind::Other, None) };
        match (self.0.status, challenge) {
            (StatusCode::FORBIDDEN, Some(challenge)) => {
                let grant = used.grant(challenge.missing.clone());
                (ProviderKind::ScopeReauthRequired(grant), Some(INSUFFICIENT_SCOPE))
            }
            (StatusCode::FORBIDDEN, None) if used.scope_mismatch => {
                (ProviderKind::ScopeReauthRequired(used.grant(None)), Some("backend_flag"))
            }
            (StatusCode::UNAUTHORIZED, None) => {
                (ProviderKind::Unauthorized(used.grant(None)), Some("provider_unauthorized"))
            }
            _ => (ProviderKind::Other, None),
        }
    }
}

const INSUFFICIENT_SCOPE: &str = "provider_insufficient_scope";

impl Used {
    fn grant(&self, missing_scopes: Option<Vec<String>>) -> ProviderGrant {
        let mut grant = ProviderGrant::default();
        grant.grant_id = Some(self.grant_id.to_string());
        grant.provider_id = Some(self.provider_id.clone()).filter(|id| !id.is_empty());
        grant.missing_scopes = missing_scopes;
        grant
    }

    /// Adds what the call was about.
    fn describe(&self, error: ProviderError) -> ProviderError {
        let error = error
            .with_detail("grant_id", self.grant_id.to_string())
            .with_detail("provider_id", self.provider_id.as_str());
        match &self.asked {
            Some(asked) => error.with_detail("method", asked.method.as_str()).with_detail("url", &*asked.url),
            None => error,
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.0.status)
            .field("headers", &self.0.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .field("meta", &self.0.meta)
            .finish()
    }
}

/// Carries a reply through an error.
#[derive(Debug)]
struct Refused(Reply);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a reply of {} bytes", self.0.0.body.len())
    }
}

impl StdError for Refused {}
