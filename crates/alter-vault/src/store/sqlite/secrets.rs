//! Managed secrets and the credentials that hold their values.

use alter_types::{AppId, CredentialId, ManagedSecretId, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::{ids::id, work::Work};
use crate::{
    HostRule, SecretRecord, SecretRef, Slug, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    store::{NewSecretRow, StoreError},
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

    pub(super) fn secret(
        &mut self,
        app: AppId,
        wanted: &SecretRef,
    ) -> Result<Option<SecretFacts>, StoreError> {
        let (condition, key): (_, &[u8]) = match wanted {
            SecretRef::Slug(slug) => ("s.slug = CAST(?2 AS TEXT)", slug.as_str().as_bytes()),
            SecretRef::Id(id) => ("s.id = ?2", id.as_bytes()),
        };
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
