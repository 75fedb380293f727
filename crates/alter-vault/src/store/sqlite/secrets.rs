//! Managed secrets and the credentials that hold their values.

use alter_types::{AppId, CredentialId, ManagedSecretId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::{
    ids::{id, unreadable},
    work::Work,
};
use crate::{
    HostRule, Injection, SecretRecord, SecretRef, Slug, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    store::{NewSecretRow, SealedCredential, StoreError},
};

/// Secrets of one name before the operator has to choose a slug.
const MAX_NUMBERED_SLUGS: u32 = 1_000;

/// A secret as a grant needs to know it.
#[derive(Debug)]
pub(super) struct SecretFacts {
    pub(super) id: ManagedSecretId,
    pub(super) slug: String,
    pub(super) name: String,
    /// The newest credential that was not revoked.
    pub(super) credential: CredentialId,
}

impl Work<'_> {
    pub(super) fn create_secret(
        &mut self,
        secret: &NewSecretRow,
    ) -> Result<Result<SecretRecord, VaultError>, StoreError> {
        if let Err(error) = self.require_app(secret.app)? {
            return Ok(Err(error));
        }
        let slug = match self.free_slug(secret)? {
            Ok(slug) => slug,
            Err(error) => return Ok(Err(error)),
        };
        let now = self.now();
        let (app, credential) = (secret.app.as_bytes(), &secret.credential);
        let hosts: Vec<String> = secret.hosts.iter().map(HostRule::to_string).collect();
        self.prepare(
            "INSERT INTO secrets (id, app, slug, name, hosts, injection_header, injection_format, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            secret.id.as_bytes(),
            app,
            slug.as_str(),
            secret.name,
            hosts.join(" "),
            secret.injection.header(),
            secret.injection.format(),
            now,
        ])?;
        self.prepare(
            "INSERT INTO credentials (id, app, secret, version, generation, data_key, sealed, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            credential.id.as_bytes(),
            app,
            secret.id.as_bytes(),
            credential.version,
            secret.generation.as_bytes(),
            credential.data_key,
            credential.sealed,
            now,
        ])?;
        let mut entry = Entry::new(AuditEvent::SecretCreate, AuditOutcome::Allowed)
            .app(secret.app)
            .provider(Some(slug.as_str()));
        entry.subject = Some(secret.id.uuid());
        entry.generation = Some(secret.generation);
        self.append(&entry)?;
        Ok(Ok(SecretRecord {
            id: secret.id,
            app: secret.app,
            slug,
            name: secret.name.clone(),
            hosts: secret.hosts.clone(),
            injection: secret.injection.clone(),
            credential: credential.id,
            generation: secret.generation,
            created_at: Timestamp::from_unix_micros(now),
        }))
    }

    /// The slug asked for if it is free, or one made from the name.
    fn free_slug(&mut self, secret: &NewSecretRow) -> Result<Result<Slug, VaultError>, StoreError> {
        let mut taken = self.prepare("SELECT 1 FROM secrets WHERE app = ?1 AND slug = ?2")?;
        let mut is_taken = |slug: &Slug| taken.exists(params![secret.app.as_bytes(), slug.as_str()]);
        if let Some(slug) = &secret.slug {
            let problem = "another secret of this application has it; choose another";
            let free = !is_taken(slug)?;
            return Ok(if free { Ok(slug.clone()) } else { Err(VaultError::conflict("slug", problem)) });
        }
        let plain = Slug::from_name(&secret.name);
        let numbered = (2..=MAX_NUMBERED_SLUGS).map(|number| plain.numbered(number));
        for slug in std::iter::once(plain.clone()).chain(numbered) {
            if !is_taken(&slug)? {
                return Ok(Ok(slug));
            }
        }
        Ok(Err(VaultError::conflict("name", "too many secrets have this name; choose a slug")))
    }

    pub(super) fn set_hosts(
        &mut self,
        app: AppId,
        secret: &SecretRef,
        hosts: &[HostRule],
    ) -> Result<Result<SecretRecord, VaultError>, StoreError> {
        let Some(found) = self.secret(app, secret)? else {
            return Ok(Err(NO_SECRET));
        };
        let rules: Vec<String> = hosts.iter().map(HostRule::to_string).collect();
        self.prepare("UPDATE secrets SET hosts = ?1 WHERE id = ?2")?
            .execute(params![rules.join(" "), found.id.as_bytes()])?;
        let mut entry =
            Entry::new(AuditEvent::SecretHosts, AuditOutcome::Allowed).app(app).provider(Some(&found.slug));
        entry.subject = Some(found.id.uuid());
        self.append(&entry)?;
        self.secret_record(app, found.credential)
    }

    /// Puts a new value into the credential: every grant on it uses the new one from here on.
    pub(super) fn replace_value(
        &mut self,
        app: AppId,
        credential: &SealedCredential,
        generation: Uuid,
    ) -> Result<Result<SecretRecord, VaultError>, StoreError> {
        let changed = self
            .prepare(
                "UPDATE credentials SET version = ?3, generation = ?4, data_key = ?5, sealed = ?6
                 WHERE id = ?1 AND app = ?2 AND version = ?3 - 1 AND revoked_at IS NULL",
            )?
            .execute(params![
                credential.id.as_bytes(),
                app.as_bytes(),
                credential.version,
                generation.as_bytes(),
                credential.data_key,
                credential.sealed,
            ])?;
        if changed == 0 {
            let problem = "somebody else replaced it at the same time; look at the secret, and try again";
            return Ok(Err(VaultError::conflict("value", problem)));
        }
        let record = match self.secret_record(app, credential.id)? {
            Ok(record) => record,
            Err(error) => return Ok(Err(error)),
        };
        let mut entry = Entry::new(AuditEvent::SecretReplace, AuditOutcome::Allowed)
            .app(app)
            .provider(Some(record.slug.as_str()));
        entry.subject = Some(record.id.uuid());
        entry.generation = Some(generation);
        self.append(&entry)?;
        Ok(Ok(record))
    }

    fn secret_record(
        &mut self,
        app: AppId,
        credential: CredentialId,
    ) -> Result<Result<SecretRecord, VaultError>, StoreError> {
        let found = self
            .prepare(&format!("{RECORD} AND c.id = ?2"))?
            .query_row(params![app.as_bytes(), credential.as_bytes()], record)
            .optional()?;
        Ok(found.ok_or(NO_SECRET))
    }

    pub(super) fn secret(
        &mut self,
        app: AppId,
        wanted: &SecretRef,
    ) -> Result<Option<SecretFacts>, StoreError> {
        let (condition, key) = address(wanted);
        let sql = format!(
            "SELECT s.id, s.slug, s.name, c.id FROM secrets s JOIN credentials c ON c.secret = s.id
             WHERE s.app = ?1 AND {condition} AND c.revoked_at IS NULL ORDER BY c.created_at DESC LIMIT 1"
        );
        let found = self
            .prepare(&sql)?
            .query_row(params![app.as_bytes(), key], |row| {
                Ok(SecretFacts {
                    id: id(row, 0)?,
                    slug: row.get(1)?,
                    name: row.get(2)?,
                    credential: id(row, 3)?,
                })
            })
            .optional()?;
        Ok(found)
    }
}

const NO_SECRET: VaultError = VaultError::NotFound { what: "secret in this application" };

/// A secret with its newest live credential.
const RECORD: &str = "
    SELECT s.id, s.app, s.slug, s.name, s.hosts, s.injection_header, s.injection_format, c.id, c.generation,
           s.created_at, c.version
    FROM secrets s JOIN credentials c ON c.secret = s.id
    WHERE s.app = ?1 AND c.revoked_at IS NULL";

/// Every secret of an application, in the order of slugs.
pub(super) fn list(conn: &Connection, app: AppId) -> Result<Vec<SecretRecord>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{RECORD} ORDER BY s.slug"))?;
    let rows = statement.query_map([app.as_bytes()], record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn next_version(
    conn: &Connection,
    app: AppId,
    secret: &SecretRef,
) -> Result<Result<(CredentialId, u32), VaultError>, StoreError> {
    let (condition, key) = address(secret);
    let found = conn
        .prepare_cached(&format!("{RECORD} AND {condition} ORDER BY c.created_at DESC LIMIT 1"))?
        .query_row(params![app.as_bytes(), key], |row| {
            Ok((id(row, 7)?, row.get::<_, u32>(10)?.saturating_add(1)))
        })
        .optional()?;
    Ok(found.ok_or(NO_SECRET))
}

/// The condition that finds a secret, with what `?2` is in it.
fn address(secret: &SecretRef) -> (&'static str, &[u8]) {
    match secret {
        SecretRef::Slug(slug) => ("s.slug = CAST(?2 AS TEXT)", slug.as_str().as_bytes()),
        SecretRef::Id(id) => ("s.id = ?2", id.as_bytes()),
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<SecretRecord> {
    let hosts = row.get_ref(4)?.as_str()?.split(' ').filter(|rule| !rule.is_empty());
    let injection = Injection::new(row.get_ref(5)?.as_str()?, row.get_ref(6)?.as_str()?);
    Ok(SecretRecord {
        id: id(row, 0)?,
        app: id(row, 1)?,
        slug: row.get_ref(2)?.as_str()?.parse().map_err(|_| unreadable(2))?,
        name: row.get(3)?,
        hosts: hosts.map(|rule| rule.parse().map_err(|_| unreadable(4))).collect::<Result<_, _>>()?,
        injection: injection.map_err(|_| unreadable(5))?,
        credential: id(row, 7)?,
        generation: id(row, 8)?,
        created_at: Timestamp::from_unix_micros(row.get(9)?),
    })
}
