//! What operators do: make applications, keys, secrets and grants, revoke them, and read the trail.

use std::time::Duration;

use alter_auth::{ApiKey, random_uuid};
use alter_types::{AppId, CredentialId, GrantId, KeyId, ManagedSecretId, RevokeGrantResult, Secret};

use super::Vault;
use crate::{
    AppRecord, Approver, AuditFilter, AuditRow, ChainReport, GrantFilter, GrantRecord, HostRule, KeyRecord,
    NewGrant, NewKey, NewSecret, Page, Refusal, SecretRecord, SecretRef, VaultError,
    names::checked,
    seal::{Place, Table},
    store::{NewAppRow, NewGrantRow, NewKeyRow, NewSecretRow, SealedCredential, SealedDataKey},
};

/// Longest secret, in bytes (`docs/protocol.md` 11).
const MAX_SECRET_BYTES: usize = 8_192;
const MAX_HOST_RULES: usize = 100;
const MAX_SCOPES: usize = 100;
const MAX_APPROVERS: usize = 10;

/// The longest lifetime anything is given: a hundred years.
const MAX_TIME_TO_LIVE: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Vault {
    /// Makes an application with a data key of its own.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] if the name is not 1 to 255 plain characters; [`VaultError::Unavailable`].
    pub async fn create_app(&self, name: &str) -> Result<AppRecord, VaultError> {
        let name = checked("name", name)?;
        let random = &*self.0.random;
        let id = AppId::from_uuid(random_uuid(random)?);
        let data_key_id = *random_uuid(random)?.as_bytes();
        let sealed = self.0.data_keys.mint(random, &data_key_id, id.as_bytes())?;
        let data_key = SealedDataKey { id: data_key_id, app: id, sealed };
        self.0.store.create_app(NewAppRow { id, name, data_key }).await
    }

    /// Every application, oldest first.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn apps(&self) -> Result<Vec<AppRecord>, VaultError> {
        self.0.store.apps().await
    }

    /// Makes an API key. This is the only time the key itself is seen: the vault keeps a keyed hash.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for an unknown application, [`VaultError::Invalid`] for a malformed name, more than
    /// 100 scopes or an impossible lifetime; [`VaultError::Unavailable`].
    pub async fn create_key(&self, app: AppId, new: NewKey) -> Result<(KeyRecord, ApiKey), VaultError> {
        if new.scopes.len() > MAX_SCOPES {
            return Err(VaultError::invalid("scopes", "expected at most 100"));
        }
        let key = ApiKey::mint(new.kind, &*self.0.random)?;
        let row = NewKeyRow {
            id: KeyId::from_uuid(random_uuid(&*self.0.random)?),
            app,
            digest: self.0.key_lookup.digest(&key),
            prefix: key.prefix().to_owned(),
            name: checked("name", &new.name)?,
            kind: new.kind,
            scopes: new.scopes,
            time_to_live: new.time_to_live.map(checked_time_to_live).transpose()?,
        };
        let record = self.0.store.create_key(row).await?;
        Ok((record, key))
    }

    /// Every API key of an application, newest first, without the keys themselves. Those of an application that does
    /// not exist are none.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn keys(&self, app: AppId) -> Result<Vec<KeyRecord>, VaultError> {
        self.0.store.keys(app).await
    }

    /// Revokes an API key for good. No call with it succeeds after this returns. Revoking twice is harmless.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such key; [`VaultError::Unavailable`].
    pub async fn revoke_key(&self, app: AppId, key: KeyId) -> Result<(), VaultError> {
        self.0.store.revoke_key(app, key).await
    }

    /// Seals and stores a secret.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] names the field and its rule, [`VaultError::Conflict`] means the slug is taken,
    /// [`VaultError::NotFound`] an unknown application; [`VaultError::Unavailable`].
    pub async fn create_secret(&self, app: AppId, new: NewSecret) -> Result<SecretRecord, VaultError> {
        let name = checked("name", &new.name)?;
        check_hosts(&new.hosts)?;
        check_secret_value(&new.value)?;
        let id = CredentialId::from_uuid(random_uuid(&*self.0.random)?);
        let credential = self.seal_credential(app, id, 1, &new.value).await?;
        let row = NewSecretRow {
            id: ManagedSecretId::from_uuid(random_uuid(&*self.0.random)?),
            app,
            name,
            slug: new.slug,
            hosts: new.hosts,
            injection: new.injection,
            credential,
            generation: random_uuid(&*self.0.random)?,
        };
        self.0.store.create_secret(row).await
    }

    /// Every secret of an application, in the order of slugs, without the values.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn secrets(&self, app: AppId) -> Result<Vec<SecretRecord>, VaultError> {
        self.0.store.secrets(app).await
    }

    /// Says anew where a secret may be sent: these hosts and no others, from the moment this returns.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such secret, [`VaultError::Invalid`] for more than 100 rules;
    /// [`VaultError::Unavailable`].
    pub async fn set_hosts(
        &self,
        app: AppId,
        secret: SecretRef,
        hosts: Vec<HostRule>,
    ) -> Result<SecretRecord, VaultError> {
        check_hosts(&hosts)?;
        self.0.store.set_hosts(app, secret, hosts).await
    }

    /// Replaces the value of a secret. Its grants stay; every use after this returns gets the new value, under a new
    /// generation.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such secret, [`VaultError::Invalid`] for a malformed value,
    /// [`VaultError::Conflict`] if somebody else replaced it meanwhile; [`VaultError::Unavailable`].
    pub async fn replace_secret(
        &self,
        app: AppId,
        secret: SecretRef,
        value: Secret,
    ) -> Result<SecretRecord, VaultError> {
        check_secret_value(&value)?;
        let (id, version) = self.0.store.next_version(app, secret).await?;
        let credential = self.seal_credential(app, id, version, &value).await?;
        self.0.store.replace_value(app, credential, random_uuid(&*self.0.random)?).await
    }

    async fn seal_credential(
        &self,
        app: AppId,
        id: CredentialId,
        version: u32,
        value: &Secret,
    ) -> Result<SealedCredential, VaultError> {
        let (key_id, data_key) = self.current_data_key(app).await?;
        let place = Place { table: Table::Credential, row: id.as_bytes(), owner: app.as_bytes(), version };
        let sealed = data_key.seal(&*self.0.random, &place, value.expose().as_bytes())?;
        Ok(SealedCredential { id, version, data_key: key_id, sealed })
    }

    /// Makes a grant that lets the application itself use a secret.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] if the application has no such secret, [`VaultError::Conflict`] if an active grant of
    /// the secret has that label, [`VaultError::Invalid`] for a malformed label or lifetime;
    /// [`VaultError::Unavailable`].
    pub async fn create_grant(&self, app: AppId, new: NewGrant) -> Result<GrantRecord, VaultError> {
        let row = NewGrantRow {
            id: GrantId::from_uuid(random_uuid(&*self.0.random)?),
            app,
            secret: new.secret,
            agent: new.agent,
            label: new.label.map(|label| checked("label", &label)).transpose()?,
            time_to_live: new.time_to_live.map(checked_time_to_live).transpose()?,
            approval_window: checked_window(new.approval_window)?,
            approvers: checked_approvers(new.approvers)?,
        };
        self.0.store.create_grant(row).await
    }

    /// Lists the grants of an application, newest first.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] if the page size is not 1 to 1,000; [`VaultError::Unavailable`].
    pub async fn grants(&self, app: AppId, filter: GrantFilter) -> Result<Page<GrantRecord>, VaultError> {
        if !(1..=GrantFilter::MAX_LIMIT).contains(&filter.limit) {
            return Err(VaultError::invalid("limit", "expected 1 to 1000"));
        }
        self.0.store.grants(app, filter).await
    }

    /// Revokes a grant for good. No use of it succeeds after this returns. Revoking twice is harmless: the answer
    /// names the time of the first.
    ///
    /// # Errors
    /// A [`Refusal`] with `grant_not_found` if the application has no such grant, or `service_unavailable`.
    pub async fn revoke_grant(
        &self,
        app: AppId,
        grant: GrantId,
        reason: Option<String>,
    ) -> Result<RevokeGrantResult, Refusal> {
        self.0.store.revoke_grant_as_operator(app, grant, reason).await
    }

    /// Reads the audit trail.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] if the limit is not 1 to 1,000; [`VaultError::Damaged`] if a row cannot be read;
    /// [`VaultError::Unavailable`].
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<AuditRow>, VaultError> {
        if !(1..=AuditFilter::MAX_LIMIT).contains(&filter.limit) {
            return Err(VaultError::invalid("limit", "expected 1 to 1000"));
        }
        self.0.store.audit(filter).await
    }

    /// Walks the whole audit chain and says whether every row is what was written.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`] if it cannot be read. A broken chain is not an error but the report's content.
    pub async fn verify_chain(&self) -> Result<ChainReport, VaultError> {
        self.0.store.verify_chain().await
    }
}

fn check_hosts(hosts: &[HostRule]) -> Result<(), VaultError> {
    if hosts.len() > MAX_HOST_RULES {
        return Err(VaultError::invalid("hosts", "expected at most 100 rules"));
    }
    Ok(())
}

fn check_secret_value(value: &Secret) -> Result<(), VaultError> {
    let text = value.expose();
    if !(1..=MAX_SECRET_BYTES).contains(&text.len()) {
        return Err(VaultError::invalid("value", "expected 1 to 8192 bytes"));
    }
    if text.bytes().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return Err(VaultError::invalid(
            "value",
            "expected no line break and no NUL; a trailing newline of a file is a common cause",
        ));
    }
    Ok(())
}

/// Everyone once.
fn checked_approvers(approvers: Vec<Approver>) -> Result<Vec<Approver>, VaultError> {
    let twice = approvers.iter().enumerate().any(|(at, name)| approvers[..at].contains(name));
    if approvers.len() > MAX_APPROVERS || twice {
        return Err(VaultError::invalid("approvers", "expected at most 10, nobody twice"));
    }
    Ok(approvers)
}

/// A window for approvals in microseconds.
fn checked_window(window: Duration) -> Result<i64, VaultError> {
    if (Duration::from_secs(60)..=Duration::from_secs(7 * 86_400)).contains(&window) {
        Ok(i64::try_from(window.as_micros()).expect("a week of microseconds fits"))
    } else {
        Err(VaultError::invalid("approval_window", "expected one minute to seven days"))
    }
}

/// A lifetime in microseconds.
fn checked_time_to_live(time: Duration) -> Result<i64, VaultError> {
    if (Duration::from_secs(1)..=MAX_TIME_TO_LIVE).contains(&time) {
        Ok(i64::try_from(time.as_micros()).expect("a hundred years of microseconds fit"))
    } else {
        Err(VaultError::invalid("time_to_live", "expected one second to one hundred years"))
    }
}
