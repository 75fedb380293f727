//! The least a caller could do for one `request()`: a bare hyper client that makes the same three exchanges (token,
//! provider, audit row) with header lines of the same names and lengths, and writes and reads the same JSON. It signs
//! nothing, checks nothing, retries nothing and has no time limits.

use alter_auth::{ApiKey, Attribution, Nonce, SignedContext, Signer, Stamp, UnixSeconds};
use alter_types::{ApiCallAuditLog, TokenRequest, TokenWire};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::Failure;

/// Cheap to clone; clones share the connections.
#[derive(Clone)]
pub(crate) struct BareClient {
    client: Client<HttpConnector, Full<Bytes>>,
    vault: HeaderMap,
    provider: HeaderMap,
    token: Uri,
    call: Uri,
    audit: Uri,
    wanted: TokenRequest,
    row: ApiCallAuditLog,
}

impl BareClient {
    pub(crate) fn new(
        authority: &str,
        key: &ApiKey,
        wanted: TokenRequest,
        row: ApiCallAuditLog,
    ) -> Result<Self, Failure> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let attribution = Attribution::default();
        let context = SignedContext { attribution: &attribution, constraints: None, rule: None };
        let stamp = Stamp { now: UnixSeconds(1_767_225_600), nonce: Nonce::from_bytes([15; 16]) };
        let mut vault = HeaderMap::new();
        Signer::new(key.clone()).sign(&Method::POST, "/sdk/token", b"{}", &context, stamp)?.apply(&mut vault);
        vault.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let agent = HeaderValue::from_static("alter-sdk-rust/0.1.0");
        vault.insert(header::USER_AGENT, agent.clone());
        let mut provider = HeaderMap::new();
        provider.insert(header::USER_AGENT, agent);
        provider.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("Bearer ssssssssssssssssssssssssssssssssssssssss"),
        );
        let uri = |path: &str| format!("http://{authority}{path}").parse::<Uri>();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(tcp),
            vault,
            provider,
            token: uri("/sdk/token")?,
            call: uri("/v1/me")?,
            audit: uri("/sdk/oauth/audit/api-call")?,
            wanted,
            row,
        })
    }

    /// The three exchanges, one after the other.
    pub(crate) async fn request(&self) -> Result<(), Failure> {
        let wanted = serde_json::to_vec(&self.wanted)?;
        let answer = self.exchange(Method::POST, &self.token, &self.vault, wanted.into()).await?;
        let _: TokenWire = serde_json::from_slice(&answer)?;
        self.exchange(Method::GET, &self.call, &self.provider, Bytes::new()).await?;
        let row = serde_json::to_vec(&self.row)?;
        self.exchange(Method::POST, &self.audit, &self.vault, row.into()).await?;
        Ok(())
    }

    async fn exchange(
        &self,
        method: Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Bytes, Failure> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers.clone();
        let response = self.client.request(request).await?;
        Ok(response.into_body().collect().await?.to_bytes())
    }
}
