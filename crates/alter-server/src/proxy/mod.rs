//! Proxy mode: the vault makes the call. Begin (decided and on record) → call → finish (outcome on record) → answer.

mod answer;
mod outgoing;

use std::sync::Arc;

use alter_auth::Clock;
use alter_transport::{
    CallContext, ConnectOptions, Credential, CredentialSource, Error, HttpService, HttpTransport, Operation,
    ProviderOptions, ProviderPlane, Request, Response, layer::Oversized,
};
use alter_types::{ErrorCode, ProxyRequest, ProxyResponse, TokenWire};
use alter_vault::{Admission, ProxyTicket, ProxyUse, Vault};
use tokio::{sync::Semaphore, time::Instant};

use crate::{Egress, rejection::Rejection};

/// Executes proxy calls: a bounded number at a time, each to its end.
#[derive(Debug, Clone)]
pub(crate) struct Executor(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: Vault,
    plane: ProviderPlane,
    permits: Semaphore,
    max_concurrent: u32,
}

impl Executor {
    pub(crate) fn new(vault: Vault, egress: &Egress, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut connect = ConnectOptions::default();
        connect.connect_timeout = egress.connect_timeout;
        connect.destinations = Some(egress.destinations.clone());
        let transport = HttpService::new(HttpTransport::new(&connect)?);

        let mut options = ProviderOptions::new(clock);
        options.destinations = egress.destinations.clone();
        options.timeout = egress.call_timeout;
        options.attempt_timeout = egress.call_timeout;
        options.max_body = egress.max_answer;
        options.oversized = Oversized::Cut;
        let plane = ProviderPlane::new(options, transport);

        let max_concurrent = egress.max_concurrent.max(1);
        let permits = Semaphore::new(max_concurrent as usize);
        Ok(Self(Arc::new(Inner { vault, plane, permits, max_concurrent })))
    }

    /// Makes one call.
    ///
    /// The work runs in a task of its own: a peer that hangs up does not cut a call that already happened off from
    /// its audit row.
    pub(crate) async fn execute(
        &self,
        admission: Admission,
        request: ProxyRequest,
    ) -> Result<ProxyResponse, Rejection> {
        let this = self.clone();
        let task = tokio::spawn(async move { this.call(admission, request).await });
        task.await.unwrap_or_else(|_| {
            Err(Rejection::new(ErrorCode::INTERNAL_ERROR, "The call was interrupted inside the vault."))
        })
    }

    /// Resolves when no call is in flight any more.
    pub(crate) async fn drained(&self) {
        let _ = self.0.permits.acquire_many(self.0.max_concurrent).await;
    }

    async fn call(&self, admission: Admission, request: ProxyRequest) -> Result<ProxyResponse, Rejection> {
        let outgoing = match outgoing::outgoing(&request) {
            Ok(outgoing) => outgoing,
            Err(rejection) => {
                let what = admission.attempted("POST", "/sdk/proxy");
                return Err(self.0.vault.refuse(&admission.key, rejection.into_refusal(), what).await.into());
            }
        };
        let _permit = self.0.permits.acquire().await.expect("the semaphore is never closed");

        let mut wanted = ProxyUse::new(request.grant, outgoing.method().as_str(), outgoing.uri().to_string());
        wanted.reason = request.reason;
        wanted.user_token = request.user_token;
        wanted.body = request.body;
        let ProxyTicket { id, credential, .. } = self.0.vault.begin_proxy(admission, wanted).await?;

        let started = Instant::now();
        let result = self.send(outgoing, credential).await;
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (outcome, answer) = answer::read(result, duration_ms);
        // Without this row there is no answer: what happened to the credential must be on record first.
        self.0.vault.finish_proxy(id, outcome).await.map_err(|error| {
            tracing::error!(%error, "the outcome of a proxy call could not be recorded");
            Rejection::new(
                ErrorCode::SERVICE_UNAVAILABLE,
                "The call was made, but its outcome could not be recorded.",
            )
        })?;
        answer
    }

    async fn send(&self, outgoing: Request, credential: TokenWire) -> Result<Response, Error> {
        const PROXY: Operation = Operation::new("proxy");
        let credential = Credential::new(credential).map_err(Error::credential)?;
        self.0.plane.call(CallContext::new(PROXY), CredentialSource::in_hand(credential), outgoing).await
    }
}
