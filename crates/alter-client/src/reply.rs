//! [`Reply`]: what the provider answered, the same type in both modes.

use std::{error::Error as StdError, fmt, str::Utf8Error, time::Duration};

use alter_auth::Challenge;
use alter_transport::{CallMeta, Exchange, Response};
use alter_types::{
    ApprovalId, GrantId, ProxyResponse,
    error::{ProviderError, ProviderGrant, ProviderKind},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use serde::de::DeserializeOwned;

use crate::{
    Error, Result,
    error::{outside_contract, value},
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
        let used = exchange.as_ref().and_then(Exchange::sent).map(|sent| Used {
            grant_id: sent.grant_id,
            provider_id: sent.provider_id.clone(),
            scope_mismatch: sent.scope_mismatch,
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
        let status = self.0.status;
        let kind = self.provider_kind();
        let attempts = self.0.meta.attempts;
        let error = ProviderError::new(kind)
            .with_message(format!("the provider answered {}", status.as_u16()))
            .with_status(status.as_u16())
            .with_source(Refused(self));
        Error::from(error).with_attempts(attempts)
    }
}

/// What a refusal means for the grant (`docs/protocol.md` 7.4).
impl Reply {
    fn provider_kind(&self) -> ProviderKind {
        let Some(used) = &self.0.used else { return ProviderKind::Other };
        let missing = self.missing_scopes();
        match self.0.status {
            StatusCode::FORBIDDEN if missing.is_some() || used.scope_mismatch => {
                ProviderKind::ScopeReauthRequired(used.grant(missing))
            }
            StatusCode::UNAUTHORIZED if missing.is_none() => ProviderKind::Unauthorized(used.grant(None)),
            _ => ProviderKind::Other,
        }
    }

    /// The scopes an `insufficient_scope` challenge names, none if it names none; `None` without one.
    fn missing_scopes(&self) -> Option<Vec<String>> {
        let values = self.0.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let challenges: Vec<_> = values.flat_map(Challenge::parse_list).collect();
        let scopes = Challenge::of_access_token(&challenges)?.insufficient_scope()?;
        Some(scopes.into_iter().map(str::to_owned).collect())
    }
}

impl Used {
    fn grant(&self, missing_scopes: Option<Vec<String>>) -> ProviderGrant {
        let mut grant = ProviderGrant::default();
        grant.grant_id = Some(self.grant_id.to_string());
        grant.provider_id = Some(self.provider_id.clone()).filter(|id| !id.is_empty());
        grant.missing_scopes = missing_scopes.filter(|scopes| !scopes.is_empty());
        grant
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
