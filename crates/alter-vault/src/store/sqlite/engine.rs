//! [`SqliteStore`]: the engine as the vault sees it. Each verb picks the writer or the reader and nothing more.

use std::{fmt, sync::Arc};

use alter_auth::Clock;
use alter_types::{
    ApiCallAuditLog, AppId, CredentialId, ErrorCode, GrantId, KeyId, ListGrantsRequest, RevokeGrantRequest,
    RevokeGrantResult,
};

use super::{
    apps, audit, grants, keys, memory::Memory, open, reader::Reader, root, secrets, work::Work,
    writer::Writer,
};
use uuid::Uuid;

use crate::{
    AppRecord, AttemptedRequest, AuditFilter, AuditRow, ChainReport, GrantFilter, GrantRecord, HostRule,
    KeyRecord, OpenError, Page, ProxyOutcome, ProxyTicketId, Refusal, SecretRecord, SecretRef, VaultError,
    VaultOptions,
    audit::report::BoundedReport,
    seal::{KeyDigest, SealedRoot},
    store::{
        CredentialUse, KeyStanding, NewAppRow, NewGrantRow, NewKeyRow, NewSecretRow, Pending,
        SealedCredential, SealedDataKey, SignedCall, Store, StoreError, Use, UseRecord,
    },
};

/// A vault in one SQLite file.
pub(crate) struct SqliteStore {
    pub(super) writer: Writer,
    pub(super) reader: Reader,
    pub(super) clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// Opens the file, or founds a vault with `founded`; returns the root that stands.
    pub(crate) fn open(
        options: &VaultOptions,
        founded: &SealedRoot,
    ) -> Result<(Self, SealedRoot), OpenError> {
        let path = &options.path;
        let storage =
            |source: std::io::Error| OpenError::Storage { path: path.clone(), source: source.into() };
        let writing = open::for_writing(path, options.busy_timeout)?;
        let root = root::found_or_read(&writing, founded).map_err(|error| open::explain(path, error))?;
        let reading = open::for_reading(path, options.busy_timeout)?;
        let memory = Memory::new(options.max_nonces);
        let writer = Writer::spawn(writing, Arc::clone(&options.clock), memory).map_err(storage)?;
        let reader = Reader::spawn(reading).map_err(storage)?;
        Ok((Self { writer, reader, clock: Arc::clone(&options.clock) }, root))
    }

    /// Runs work whose own answer is a result, and puts the storage's failure beside it.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Work<'_>) -> Result<Result<T, E>, StoreError> + Send + 'static,
    {
        self.writer.run(work).await?
    }

    async fn page(&self, app: AppId, filter: GrantFilter) -> Result<Page<GrantRecord>, StoreError> {
        let now = self.clock.now_micros();
        self.reader.run(move |conn| grants::page(conn, app, &filter, now)).await
    }
}

impl Store for SqliteStore {
    fn create_app(&self, app: NewAppRow) -> Pending<'_, Result<AppRecord, VaultError>> {
        Box::pin(async move { Ok(self.writer.run(move |work| work.create_app(&app)).await?) })
    }

    fn apps(&self) -> Pending<'_, Result<Vec<AppRecord>, VaultError>> {
        Box::pin(async { Ok(self.reader.run(apps::list).await?) })
    }

    fn create_key(&self, key: NewKeyRow) -> Pending<'_, Result<KeyRecord, VaultError>> {
        Box::pin(self.write(move |work| work.create_key(&key)))
    }

    fn keys(&self, app: AppId) -> Pending<'_, Result<Vec<KeyRecord>, VaultError>> {
        Box::pin(async move { Ok(self.reader.run(move |conn| keys::list(conn, app)).await?) })
    }

    fn revoke_key(&self, app: AppId, key: KeyId) -> Pending<'_, Result<(), VaultError>> {
        Box::pin(self.write(move |work| work.revoke_key(app, key)))
    }

    fn current_data_key(&self, app: AppId) -> Pending<'_, Result<SealedDataKey, VaultError>> {
        Box::pin(async move { self.reader.run(move |conn| apps::current_data_key(conn, app)).await? })
    }

    fn data_key(&self, id: [u8; 16]) -> Pending<'_, Result<SealedDataKey, VaultError>> {
        Box::pin(async move { Ok(self.reader.run(move |conn| apps::data_key(conn, id)).await?) })
    }

    fn create_secret(&self, secret: NewSecretRow) -> Pending<'_, Result<SecretRecord, VaultError>> {
        Box::pin(self.write(move |work| work.create_secret(&secret)))
    }

    fn secrets(&self, app: AppId) -> Pending<'_, Result<Vec<SecretRecord>, VaultError>> {
        Box::pin(async move { Ok(self.reader.run(move |conn| secrets::list(conn, app)).await?) })
    }

    fn set_hosts(
        &self,
        app: AppId,
        secret: SecretRef,
        hosts: Vec<HostRule>,
    ) -> Pending<'_, Result<SecretRecord, VaultError>> {
        Box::pin(self.write(move |work| work.set_hosts(app, &secret, &hosts)))
    }

    fn next_version(
        &self,
        app: AppId,
        secret: SecretRef,
    ) -> Pending<'_, Result<(CredentialId, u32), VaultError>> {
        Box::pin(async move { self.reader.run(move |conn| secrets::next_version(conn, app, &secret)).await? })
    }

    fn replace_value(
        &self,
        app: AppId,
        credential: SealedCredential,
        generation: Uuid,
    ) -> Pending<'_, Result<SecretRecord, VaultError>> {
        Box::pin(self.write(move |work| work.replace_value(app, &credential, generation)))
    }

    fn create_grant(&self, grant: NewGrantRow) -> Pending<'_, Result<GrantRecord, VaultError>> {
        Box::pin(self.write(move |work| work.create_grant(&grant)))
    }

    fn grants(&self, app: AppId, filter: GrantFilter) -> Pending<'_, Result<Page<GrantRecord>, VaultError>> {
        Box::pin(async move { Ok(self.page(app, filter).await?) })
    }

    fn revoke_grant_as_operator(
        &self,
        app: AppId,
        grant: GrantId,
        reason: Option<String>,
    ) -> Pending<'_, Result<RevokeGrantResult, Refusal>> {
        Box::pin(self.write(move |work| work.revoke_grant_as_operator(app, grant, reason.as_deref())))
    }

    fn audit(&self, filter: AuditFilter) -> Pending<'_, Result<Vec<AuditRow>, VaultError>> {
        Box::pin(async move { Ok(self.reader.run(move |conn| audit::read(conn, &filter)).await?) })
    }

    fn verify_chain(&self) -> Pending<'_, Result<ChainReport, VaultError>> {
        Box::pin(async {
            let mut walk = audit::Walk::new();
            while !walk.done {
                walk = self.reader.run(move |conn| walk.step(conn)).await?;
            }
            Ok(walk.verifier.finish())
        })
    }

    fn ready(&self) -> Pending<'_, Result<(), VaultError>> {
        Box::pin(async { Ok(self.writer.run(|work| work.touch()).await?) })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            self.reader.close();
            self.writer.close().await;
        })
    }

    fn use_credential(&self, call: SignedCall, wanted: CredentialUse) -> Pending<'_, Result<Use, Refusal>> {
        Box::pin(self.write(move |work| work.use_credential(&call, &wanted)))
    }

    fn credential_unusable(&self, used: UseRecord) -> Pending<'_, Result<(), VaultError>> {
        Box::pin(async move { Ok(self.writer.run(move |work| work.credential_unusable(used)).await?) })
    }

    fn finish_proxy(
        &self,
        ticket: ProxyTicketId,
        outcome: ProxyOutcome,
    ) -> Pending<'_, Result<(), VaultError>> {
        Box::pin(self.write(move |work| work.finish_proxy(ticket, &outcome)))
    }

    fn report_call(&self, call: SignedCall, report: ApiCallAuditLog) -> Pending<'_, Result<(), Refusal>> {
        Box::pin(async move {
            let bounded = BoundedReport::new(&report).map_err(Refusal::internal_error)?;
            self.write(move |work| work.report_call(&call, &report, &bounded)).await
        })
    }

    fn list_grants(
        &self,
        call: SignedCall,
        request: ListGrantsRequest,
    ) -> Pending<'_, Result<Page<GrantRecord>, Refusal>> {
        Box::pin(async move {
            let request = Arc::new(request);
            let wanted = Arc::clone(&request);
            let (app, agent) = self.write(move |work| work.admit_list(&call, &wanted)).await?;
            let request = Arc::unwrap_or_clone(request);
            // The application's own grants on managed secrets have neither an account nor a user.
            if request.account.is_some() || request.user_token.is_some() {
                return Ok(Page { items: Vec::new(), total: 0 });
            }
            let filter = GrantFilter {
                agent,
                slug: request.provider_id,
                status: request.status,
                label: request.label,
                limit: request.limit,
                offset: request.offset,
            };
            Ok(self.page(app, filter).await?)
        })
    }

    fn revoke_grant(
        &self,
        call: SignedCall,
        grant: GrantId,
        request: RevokeGrantRequest,
    ) -> Pending<'_, Result<RevokeGrantResult, Refusal>> {
        Box::pin(self.write(move |work| work.revoke_grant(&call, grant, &request)))
    }

    fn refuse_request(
        &self,
        key: KeyDigest,
        code: ErrorCode,
        what: AttemptedRequest,
    ) -> Pending<'_, Result<KeyStanding, StoreError>> {
        Box::pin(async move { self.writer.run(move |work| work.refuse_request(&key, &code, &what)).await })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteStore")
    }
}
