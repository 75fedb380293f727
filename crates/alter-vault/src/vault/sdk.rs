//! What SDKs do, each call with its [`Admission`]: retrieve, proxy, report, list, revoke.

use alter_auth::ApiKey;
use alter_types::{
    ApiCallAuditLog, ErrorCode, GrantId, GrantListItem, ListGrantsRequest, ManagedSecretGrantItem,
    RevokeGrantRequest, RevokeGrantResult, Secret, Timestamp, TokenRequest, TokenWire,
    UnifiedGrantListResult,
};
use serde_json::Value;

use super::Vault;
use crate::{
    Admission, AttemptedRequest, FrozenCall, GrantFilter, GrantRecord, ProxyDecision, ProxyOutcome,
    ProxyTicket, ProxyTicketId, ProxyUse, Refusal, VaultError,
    destination::Destination,
    method::Method,
    policy::{Denial, rule::CallContent},
    seal::{Place, SealError, Table},
    store::{CredentialUse, FrozenUse, KeyStanding, Purpose, Released, SignedCall, Use},
};

impl Vault {
    /// Releases a credential for one declared call.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the first check that stopped the call; a row of the trail says the same.
    pub async fn retrieve(&self, admission: Admission, request: TokenRequest) -> Result<TokenWire, Refusal> {
        let wanted = CredentialUse {
            purpose: Purpose::Retrieve,
            method: Method::parse(&request.request.method),
            destination: Destination::parse(&request.request.url),
            grant: request.grant,
            reason: request.reason,
            carries_user_token: request.user_token.is_some(),
            content: None,
            frozen: None,
        };
        match self.0.store.use_credential(self.signed(admission), wanted).await? {
            Use::Released(released) => self.open_credential(released).await,
            Use::Held(_) | Use::Freeze { .. } => {
                Err(Refusal::internal_error("a credential was held that was to be released"))
            }
        }
    }

    /// Permits one call the server makes itself, and hands out the credential for it. The permission is on record;
    /// [`finish_proxy`](Self::finish_proxy) records how the call ended.
    ///
    /// Where the grant asks for approval, the call is kept in the form `freeze` gives it, and nothing is handed out.
    ///
    /// # Errors
    /// As [`retrieve`](Self::retrieve).
    pub async fn begin_proxy(
        &self,
        admission: Admission,
        wanted: ProxyUse,
        freeze: impl Fn() -> FrozenCall + Send,
    ) -> Result<ProxyDecision, Refusal> {
        let call = self.signed(admission);
        let has_rule = call.narrowing.rule.is_some();
        let mut frozen = None;
        // Sealing needs to know the application, and that is known once the key was looked up: a call that has to be
        // frozen takes two steps, the first of which records nothing.
        for _ in 0..2 {
            let wanted = credential_use(&wanted, has_rule, frozen.take());
            match self.0.store.use_credential(call.clone(), wanted).await? {
                Use::Released(released) => {
                    let id = ProxyTicketId(released.record.seq);
                    let credential = self.open_credential(released).await?;
                    return Ok(ProxyDecision::Go(ProxyTicket { id, credential }));
                }
                Use::Held(record) => return Ok(ProxyDecision::Held(*record)),
                Use::Freeze { app, gates } => {
                    frozen = Some(self.freeze(app, gates, &freeze()).await.map_err(Refusal::unavailable)?);
                }
            }
        }
        Err(Refusal::internal_error("a call could not be frozen"))
    }

    /// Records how a proxied call ended.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if no such call was begun; [`VaultError::Unavailable`].
    pub async fn finish_proxy(&self, ticket: ProxyTicketId, outcome: ProxyOutcome) -> Result<(), VaultError> {
        self.0.store.finish_proxy(ticket, outcome).await
    }

    /// Stores an SDK's report of a call it made with a retrieved credential. Accepted for grants that were revoked
    /// since, so that revoking never blinds the trail.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it.
    pub async fn report_call(&self, admission: Admission, report: ApiCallAuditLog) -> Result<(), Refusal> {
        self.0.store.report_call(self.signed(admission), report).await
    }

    /// Lists the grants the key's application owns, newest first.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it, `invalid_request` for a page size outside 1 to 1,000.
    pub async fn list_grants(
        &self,
        admission: Admission,
        request: ListGrantsRequest,
    ) -> Result<UnifiedGrantListResult, Refusal> {
        if !(1..=GrantFilter::MAX_LIMIT).contains(&request.limit) {
            let refusal = Refusal::new(ErrorCode::INVALID_REQUEST, "limit: expected 1 to 1000.");
            let what = admission.attempted("POST", "/sdk/grants/list");
            return Err(self.refuse(&admission.key, refusal, what).await);
        }
        let (limit, offset) = (request.limit, request.offset);
        let page = self.0.store.list_grants(self.signed(admission), request).await?;
        let items = page.items.into_iter().map(list_item).collect();
        Ok(UnifiedGrantListResult::new(items, page.total, limit, offset))
    }

    /// Revokes a grant of the key's application. Needs the scope `grants:write`.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it.
    pub async fn revoke(
        &self,
        admission: Admission,
        grant: GrantId,
        request: RevokeGrantRequest,
    ) -> Result<RevokeGrantResult, Refusal> {
        self.0.store.revoke_grant(self.signed(admission), grant, request).await
    }

    /// Refuses a request that never reaches an operation, because its signature does not verify or its body cannot be
    /// read. A key the vault does not know is refused as such instead, and leaves no row, or anyone could fill the
    /// trail; for a known one the trail gets a row `request.refused`.
    pub async fn refuse(&self, key: &ApiKey, refusal: Refusal, what: AttemptedRequest) -> Refusal {
        let digest = self.0.key_lookup.digest(key);
        match self.0.store.refuse_request(digest, refusal.code().clone(), what).await {
            Ok(KeyStanding::Known) => refusal,
            Ok(KeyStanding::Unknown) => Denial::UnknownKey.into(),
            Err(error) => error.into(),
        }
    }

    pub(super) fn signed(&self, admission: Admission) -> SignedCall {
        SignedCall {
            key: self.0.key_lookup.digest(&admission.key),
            nonce: admission.nonce,
            timestamp: admission.timestamp,
            attribution: admission.attribution,
            narrowing: admission.narrowing,
            request_id: admission.request_id,
            client_ip: admission.client_ip.map(|ip| ip.to_string()),
        }
    }

    /// Opens what was released, on the caller's thread and not the writer's. The row saying `allowed` is durable by
    /// now; if the credential does not open, another one says `failed`.
    pub(super) async fn open_credential(&self, released: Released) -> Result<TokenWire, Refusal> {
        match self.unseal(&released).await {
            Ok(secret) => Ok(token(secret, &released)),
            Err(error) => {
                self.0.store.credential_unusable(released.record).await.map_err(Refusal::unavailable)?;
                Err(Refusal::internal_error(error))
            }
        }
    }

    async fn unseal(&self, released: &Released) -> Result<Secret, VaultError> {
        let credential = &released.grant.credential;
        let data_key = self.data_key(&credential.data_key).await?;
        let place = Place {
            table: Table::Credential,
            row: credential.id.as_bytes(),
            owner: released.record.app.as_bytes(),
            version: credential.version,
        };
        let mut plaintext = data_key.open(&place, &credential.sealed)?;
        String::from_utf8(std::mem::take(&mut *plaintext))
            .map(Secret::new)
            .map_err(|_| SealError::UnknownFormat.into())
    }
}

fn credential_use(wanted: &ProxyUse, has_rule: bool, frozen: Option<FrozenUse>) -> CredentialUse {
    CredentialUse {
        purpose: Purpose::Proxy,
        method: Method::parse(&wanted.method),
        destination: Destination::parse(&wanted.url),
        grant: wanted.grant.clone(),
        reason: wanted.reason.clone(),
        carries_user_token: wanted.user_token.is_some(),
        content: has_rule.then(|| content(&wanted.url, wanted.body.clone())),
        frozen,
    }
}

fn content(url: &str, body: Option<Value>) -> CallContent {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    CallContent { body, query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect() }
}

fn token(secret: Secret, released: &Released) -> TokenWire {
    let grant = &*released.grant;
    let mut token = TokenWire::new(secret, grant.facts.id);
    token.provider_id = grant.facts.provider.as_ref().to_owned();
    token.injection_header.clone_from(&grant.injection_header);
    token.injection_format.clone_from(&grant.injection_format);
    token.token_generation = Some(grant.facts.generation);
    if let Some(end) = grant.facts.expires_at {
        token.expires_at = Some(Timestamp::from_unix_micros(end));
        token.expires_in = Some((end - released.decided_at).max(0) / 1_000_000);
    }
    token
}

fn list_item(grant: GrantRecord) -> GrantListItem {
    let mut item = ManagedSecretGrantItem::new(
        grant.id,
        grant.secret.to_string(),
        grant.slug.to_string(),
        grant.secret_name,
        grant.created_at,
    );
    item.status = grant.status.as_str().to_owned();
    item.label = grant.label;
    item.grant_expires_at = grant.expires_at.map(|end| end.to_string());
    item.credential_id = Some(grant.credential.to_string());
    GrantListItem::ManagedSecret(item)
}
