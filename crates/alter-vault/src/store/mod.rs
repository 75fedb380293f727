//! What the vault asks of its storage: [`Store`], a trait of domain verbs, and the plain data they exchange.
//!
//! The contract of every verb: **durable when the future resolves**, and one verb is one transaction, its audit row
//! included. A verb that serves an SDK checks the key and takes the nonce in that same transaction, so that no use can
//! follow an acknowledged revocation, whichever process serves it. An engine loads facts with its own SQL and leaves
//! the decision to [`crate::policy`]; it does not assume to be the only process on its database.

mod agent;
mod approval;
mod failure;
pub(crate) mod sqlite;

use std::{fmt, pin::Pin, sync::Arc};

use alter_auth::{Attribution, Nonce, UnixSeconds};
use alter_types::{
    AddressedGrant, AgentId, ApiCallAuditLog, AppId, CredentialId, ErrorCode, GrantId, KeyId,
    ListGrantsRequest, ManagedSecretId, RevokeGrantRequest, RevokeGrantResult,
};
use uuid::Uuid;

pub(crate) use agent::{
    AgentChange, AgentFilter, AgentKeyChange, AgentMade, AgentStore, NewAgentKeyRow, NewAgentRow,
};
pub(crate) use approval::{ApprovalStore, Claimed, Decided, FrozenUse, SealedCall};
pub(crate) use failure::StoreError;

use crate::{
    AppRecord, ApprovalRecord, Approver, AttemptedRequest, AuditFilter, AuditRow, ChainReport, GrantFilter,
    GrantRecord, HostRule, Injection, KeyRecord, Narrowing, Page, ProxyOutcome, ProxyTicketId, Refusal,
    Scope, SecretRecord, SecretRef, Slug, VaultError,
    audit::AuditEvent,
    destination::{Destination, DestinationError},
    method::{Method, MethodError},
    policy::{GrantFacts, rule::CallContent},
    seal::KeyDigest,
};

/// What a verb returns: a future behind a pointer, so that the engine can be chosen at run time.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A storage engine.
pub(crate) trait Store: AgentStore + ApprovalStore + fmt::Debug + Send + Sync {
    // --- operators ---------------------------------------------------------------------------------------------
    fn create_app(&self, app: NewAppRow) -> Pending<'_, Result<AppRecord, VaultError>>;
    fn apps(&self) -> Pending<'_, Result<Vec<AppRecord>, VaultError>>;
    fn create_key(&self, key: NewKeyRow) -> Pending<'_, Result<KeyRecord, VaultError>>;
    fn keys(&self, app: AppId) -> Pending<'_, Result<Vec<KeyRecord>, VaultError>>;
    fn revoke_key(&self, app: AppId, key: KeyId) -> Pending<'_, Result<(), VaultError>>;
    /// The data key new credentials of `app` are sealed under.
    fn current_data_key(&self, app: AppId) -> Pending<'_, Result<SealedDataKey, VaultError>>;
    fn data_key(&self, id: [u8; 16]) -> Pending<'_, Result<SealedDataKey, VaultError>>;
    fn create_secret(&self, secret: NewSecretRow) -> Pending<'_, Result<SecretRecord, VaultError>>;
    fn secrets(&self, app: AppId) -> Pending<'_, Result<Vec<SecretRecord>, VaultError>>;
    /// Every host a secret may be sent to from now on.
    fn set_hosts(
        &self,
        app: AppId,
        secret: SecretRef,
        hosts: Vec<HostRule>,
    ) -> Pending<'_, Result<SecretRecord, VaultError>>;
    /// The credential a new value of `secret` is sealed into, and the version it will have.
    fn next_version(
        &self,
        app: AppId,
        secret: SecretRef,
    ) -> Pending<'_, Result<(CredentialId, u32), VaultError>>;
    /// Puts a new value into a credential, unless somebody else did since [`next_version`](Self::next_version).
    fn replace_value(
        &self,
        app: AppId,
        credential: SealedCredential,
        generation: Uuid,
    ) -> Pending<'_, Result<SecretRecord, VaultError>>;
    fn create_grant(&self, grant: NewGrantRow) -> Pending<'_, Result<GrantRecord, VaultError>>;
    fn grants(&self, app: AppId, filter: GrantFilter) -> Pending<'_, Result<Page<GrantRecord>, VaultError>>;
    /// Revoking twice is harmless: the first time stands and is returned.
    fn revoke_grant_as_operator(
        &self,
        app: AppId,
        grant: GrantId,
        reason: Option<String>,
    ) -> Pending<'_, Result<RevokeGrantResult, Refusal>>;
    fn audit(&self, filter: AuditFilter) -> Pending<'_, Result<Vec<AuditRow>, VaultError>>;
    fn verify_chain(&self) -> Pending<'_, Result<ChainReport, VaultError>>;
    /// Commits something, to show that the next call could.
    fn ready(&self) -> Pending<'_, Result<(), VaultError>>;
    /// Finishes what is queued, then stops.
    fn close(&self) -> Pending<'_, ()>;

    // --- SDKs --------------------------------------------------------------------------------------------------
    fn use_credential(&self, call: SignedCall, wanted: CredentialUse) -> Pending<'_, Result<Use, Refusal>>;
    /// Records that a released credential could not be opened after all.
    fn credential_unusable(&self, released: UseRecord) -> Pending<'_, Result<(), VaultError>>;
    fn finish_proxy(
        &self,
        ticket: ProxyTicketId,
        outcome: ProxyOutcome,
    ) -> Pending<'_, Result<(), VaultError>>;
    fn report_call(&self, call: SignedCall, report: ApiCallAuditLog) -> Pending<'_, Result<(), Refusal>>;
    fn list_grants(
        &self,
        call: SignedCall,
        request: ListGrantsRequest,
    ) -> Pending<'_, Result<Page<GrantRecord>, Refusal>>;
    fn revoke_grant(
        &self,
        call: SignedCall,
        grant: GrantId,
        request: RevokeGrantRequest,
    ) -> Pending<'_, Result<RevokeGrantResult, Refusal>>;
    /// Whether the key is known, and if so a row that says its request was refused.
    fn refuse_request(
        &self,
        key: KeyDigest,
        code: ErrorCode,
        what: AttemptedRequest,
    ) -> Pending<'_, Result<KeyStanding, StoreError>>;
}

/// Whether the vault has a key on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStanding {
    Known,
    Unknown,
}

/// An [`Admission`](crate::Admission) without the key itself.
#[derive(Debug, Clone)]
pub(crate) struct SignedCall {
    pub(crate) key: KeyDigest,
    pub(crate) nonce: Nonce,
    pub(crate) timestamp: UnixSeconds,
    pub(crate) attribution: Attribution,
    pub(crate) narrowing: Narrowing,
    pub(crate) request_id: String,
    pub(crate) client_ip: Option<String>,
}

/// What a credential is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Retrieve,
    Proxy,
}

impl Purpose {
    pub(crate) const fn event(self) -> AuditEvent {
        match self {
            Self::Retrieve => AuditEvent::TokenRetrieve,
            Self::Proxy => AuditEvent::ProxyExecute,
        }
    }

    pub(crate) const fn required_scope(self) -> &'static str {
        match self {
            Self::Retrieve => Scope::TOKENS_RETRIEVE,
            Self::Proxy => Scope::PROXY_EXECUTE,
        }
    }
}

/// A declared use of a credential. Malformed parts travel along: their refusal is a row as well.
#[derive(Debug)]
pub(crate) struct CredentialUse {
    pub(crate) purpose: Purpose,
    pub(crate) grant: AddressedGrant,
    pub(crate) method: Result<Method, MethodError>,
    pub(crate) destination: Result<Destination, DestinationError>,
    pub(crate) reason: Option<String>,
    pub(crate) carries_user_token: bool,
    /// What the call will carry, where the vault makes it and a rule asks.
    pub(crate) content: Option<CallContent>,
    /// The call in its frozen form, once it is known to be needed.
    pub(crate) frozen: Option<FrozenUse>,
}

/// What became of the wish to use a credential.
#[derive(Debug)]
pub(crate) enum Use {
    Released(Released),
    Held(Box<ApprovalRecord>),
    /// Nothing was decided or recorded: the call has to come with its frozen form, for so many approvers.
    Freeze {
        app: AppId,
        gates: usize,
    },
}

/// A use that is allowed and on record, with the credential still sealed: opening it is not the writer's work.
#[derive(Debug)]
pub(crate) struct Released {
    pub(crate) record: UseRecord,
    /// Shared with what the engine remembers.
    pub(crate) grant: Arc<LoadedGrant>,
    /// When the decision was made, in Unix microseconds.
    pub(crate) decided_at: i64,
}

/// A grant with everything a use of it needs.
#[derive(Debug)]
pub(crate) struct LoadedGrant {
    pub(crate) facts: GrantFacts,
    pub(crate) label: Option<String>,
    pub(crate) injection_header: String,
    pub(crate) injection_format: String,
    pub(crate) credential: SealedCredential,
}

/// The audit row of an allowed use, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UseRecord {
    pub(crate) seq: i64,
    pub(crate) purpose: Purpose,
    pub(crate) app: AppId,
    pub(crate) grant: GrantId,
    pub(crate) generation: Uuid,
}

/// A credential as it is stored.
#[derive(Debug)]
pub(crate) struct SealedCredential {
    pub(crate) id: CredentialId,
    pub(crate) version: u32,
    pub(crate) data_key: [u8; 16],
    pub(crate) sealed: Vec<u8>,
}

/// A data key as it is stored.
#[derive(Debug)]
pub(crate) struct SealedDataKey {
    pub(crate) id: [u8; 16],
    pub(crate) app: AppId,
    pub(crate) sealed: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct NewAppRow {
    pub(crate) id: AppId,
    pub(crate) name: String,
    pub(crate) data_key: SealedDataKey,
}

#[derive(Debug)]
pub(crate) struct NewKeyRow {
    pub(crate) id: KeyId,
    pub(crate) app: AppId,
    pub(crate) digest: KeyDigest,
    pub(crate) prefix: String,
    pub(crate) name: String,
    pub(crate) kind: alter_auth::KeyKind,
    pub(crate) scopes: Vec<Scope>,
    /// Microseconds.
    pub(crate) time_to_live: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct NewSecretRow {
    pub(crate) id: ManagedSecretId,
    pub(crate) app: AppId,
    pub(crate) name: String,
    /// `None`: made from the name, with a number if it is taken.
    pub(crate) slug: Option<Slug>,
    pub(crate) hosts: Vec<HostRule>,
    pub(crate) injection: Injection,
    pub(crate) credential: SealedCredential,
    pub(crate) generation: Uuid,
}

#[derive(Debug)]
pub(crate) struct NewGrantRow {
    pub(crate) id: GrantId,
    pub(crate) app: AppId,
    pub(crate) secret: SecretRef,
    /// Whose it is; `None`: the application's own.
    pub(crate) agent: Option<AgentId>,
    pub(crate) label: Option<String>,
    /// Microseconds.
    pub(crate) time_to_live: Option<i64>,
    pub(crate) approvers: Vec<Approver>,
    /// Microseconds.
    pub(crate) approval_window: i64,
}
