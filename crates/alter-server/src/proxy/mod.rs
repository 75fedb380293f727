//! Proxy mode: the vault makes the call. Begin (decided and on record) → call → finish (outcome on record) → answer.

mod answer;
mod frozen;
mod outgoing;

use std::sync::Arc;

use alter_auth::Clock;
use alter_transport::{
    CallContext, ConnectOptions, Credential, CredentialSource, Error, HttpService, HttpTransport, Operation,
    ProviderOptions, ProviderPlane, Refusal, Request, Response, layer::Oversized,
};
use alter_types::{ErrorCode, ProxyRequest, ProxyResponse, TokenWire};
use alter_vault::{Admission, ApprovalRecord, ApprovedCall, ProxyDecision, ProxyTicket, ProxyUse, Vault};
use tokio::{sync::Semaphore, time::Instant};

use crate::{Egress, rejection::Rejection};

/// What became of a call.
#[derive(Debug)]
pub(crate) enum Executed {
    /// The provider answered.
    Answered(ProxyResponse),
    /// It waits for people.
    Held(Box<ApprovalRecord>),
}

/// Executes proxy calls: a bounded number at a time, each to its end.
#[derive(Debug, Clone)]
pub(crate) struct Executor(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: Vault,
    plane: ProviderPlane,
    permits: Arc<Semaphore>,
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
        let permits = Arc::new(Semaphore::new(max_concurrent as usize));
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
    ) -> Result<Executed, Rejection> {
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

    async fn call(&self, admission: Admission, request: ProxyRequest) -> Result<Executed, Rejection> {
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
        let decided = self.0.vault.begin_proxy(admission, wanted, || frozen::freeze(&outgoing)).await?;
        let ProxyTicket { id, credential, .. } = match decided {
            ProxyDecision::Go(ticket) => ticket,
            ProxyDecision::Held(record) => return Ok(Executed::Held(Box::new(record))),
            _ => {
                return Err(Rejection::new(
                    ErrorCode::INTERNAL_ERROR,
                    "The vault decided something unknown.",
                ));
            }
        };

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
        answer.map(Executed::Answered)
    }

    /// Starts the calls that people have agreed to, as many as there is room for. Each is made once.
    pub(crate) async fn carry_out_approved(&self) {
        while let Ok(permit) = Arc::clone(&self.0.permits).try_acquire_owned() {
            match self.0.vault.claim_approved().await {
                Ok(Some(approved)) => {
                    let this = self.clone();
                    tokio::spawn(async move {
                        this.carry_out(approved).await;
                        drop(permit);
                    });
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "approved calls could not be looked for");
                    return;
                }
            }
        }
    }

    async fn carry_out(&self, approved: ApprovedCall) {
        let ApprovedCall { approval, app, ticket, call, .. } = approved;
        let started = Instant::now();
        let result = match frozen::thaw(call) {
            Some(outgoing) => self.send(outgoing, ticket.credential).await,
            None => Err(Error::refused(Refusal::NoHost)),
        };
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (outcome, answer) = answer::read(result, duration_ms);
        let kept = answer.ok().and_then(|answer| serde_json::to_vec(&answer).ok());
        let finished = self.0.vault.finish_approved(approval, app, ticket.id, outcome, kept.as_deref()).await;
        if let Err(error) = finished {
            tracing::error!(%error, %approval, "the outcome of an approved call could not be recorded");
        }
    }

    async fn send(&self, outgoing: Request, credential: TokenWire) -> Result<Response, Error> {
        const PROXY: Operation = Operation::new("proxy");
        let credential = Credential::new(credential).map_err(Error::credential)?;
        self.0.plane.call(CallContext::new(PROXY), CredentialSource::in_hand(credential), outgoing).await
    }
}
