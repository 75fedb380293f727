//! [`GrantHttpClient`]: what the AWS SDK takes for its HTTP client.

use std::{fmt, sync::Arc, time::Duration};

use alter_client::{AnyClient, GrantId, Secret};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};

use crate::{answer, failure, request};

/// An HTTP client for the AWS SDK that makes every request with one grant. Cheap to clone.
#[derive(Clone)]
pub struct GrantHttpClient(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    client: AnyClient,
    grant: GrantId,
    user_token: Option<Secret>,
    reason: Option<String>,
    context: Vec<(String, String)>,
    buffer_up_to: usize,
}

impl GrantHttpClient {
    /// Calls with `grant`, which holds an AWS key pair, by an application's or an agent's client.
    #[must_use]
    pub fn new(client: impl Into<AnyClient>, grant: GrantId) -> Self {
        Self(Arc::new(Settings {
            client: client.into(),
            grant,
            user_token: None,
            reason: None,
            context: Vec::new(),
            buffer_up_to: 8 << 20,
        }))
    }

    /// Acts for the end user this JWT identifies.
    #[must_use]
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.settings().user_token = Some(jwt);
        self
    }

    /// Says why, for the audit trail of every request.
    #[must_use]
    pub fn reason(mut self, why: impl Into<String>) -> Self {
        self.settings().reason = Some(why.into());
        self
    }

    /// Adds a label to the audit trail of every request.
    #[must_use]
    pub fn context(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings().context.push((key.into(), value.into()));
        self
    }

    /// Largest request body, in bytes, that is read into memory and signed. Default 8 MiB. A larger one is streamed with
    /// an unsigned payload, which S3 alone accepts; for any other service it is an error before anything is sent.
    #[must_use]
    pub fn buffer_up_to(mut self, bytes: usize) -> Self {
        self.settings().buffer_up_to = bytes;
        self
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }
}

/// Credentials for the AWS SDK to sign with, since it wants some. They open nothing: the signature made with them is
/// dropped before the request leaves.
#[must_use]
pub fn placeholder_credentials() -> Credentials {
    Credentials::new("ALTERVAULTPLACEHOLDER", "not-a-secret", None, None, "alter-aws")
}

impl HttpClient for GrantHttpClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            settings: Arc::clone(&self.0),
            read_timeout: settings.read_timeout(),
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("alter-aws", Some(env!("CARGO_PKG_VERSION").into())))
    }
}

#[derive(Debug)]
struct Connector {
    settings: Arc<Settings>,
    /// Longest wait for the head of an answer.
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let settings = Arc::clone(&self.settings);
        let read_timeout = self.read_timeout;
        HttpConnectorFuture::new(async move {
            let call = call(&settings, request);
            match read_timeout {
                Some(limit) => tokio::time::timeout(limit, call).await.map_err(failure::timed_out)?,
                None => call.await,
            }
        })
    }
}

async fn call(settings: &Settings, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let mut access = settings.client.grant(&settings.grant);
    if let Some(jwt) = &settings.user_token {
        access = access.as_user(jwt.clone());
    }
    let mut call = request::call(&access, request, settings.buffer_up_to).await?.any_status();
    if let Some(reason) = &settings.reason {
        call = call.reason(reason);
    }
    for (key, value) in &settings.context {
        call = call.context(key, value);
    }
    answer::response(call.stream().await.map_err(failure::of_call)?)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl fmt::Debug for GrantHttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantHttpClient").field("grant", &self.0.grant).finish_non_exhaustive()
    }
}
