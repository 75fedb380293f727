//! Grants: making, listing, revoking.

use alter_types::{AgentId, AppId, GrantId, RevokeGrantResult, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::{
    ids::{id, optional_id, unreadable},
    work::Work,
};
use crate::{
    Approver, GrantFilter, GrantRecord, GrantStatus, Page, VaultError,
    audit::{AuditEvent, AuditOutcome, Entry},
    store::{NewGrantRow, StoreError},
};

/// A grant as revoking needs to know it.
#[derive(Debug)]
pub(super) struct GrantOnRecord {
    pub(super) id: GrantId,
    pub(super) provider: String,
    pub(super) revoked_at: Option<i64>,
    /// The agent whose own it is.
    pub(super) owner: Option<AgentId>,
}

/// Whether a revocation changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revocation {
    Now(i64),
    Earlier(i64),
}

impl Revocation {
    pub(super) fn answer(self, grant: GrantId) -> RevokeGrantResult {
        let (Self::Now(at) | Self::Earlier(at)) = self;
        RevokeGrantResult::new(grant, Timestamp::from_unix_micros(at))
    }
}

impl Work<'_> {
    pub(super) fn create_grant(
        &mut self,
        grant: &NewGrantRow,
    ) -> Result<Result<GrantRecord, VaultError>, StoreError> {
        let Some(secret) = self.secret(grant.app, &grant.secret)? else {
            return Ok(Err(VaultError::NotFound { what: "secret in this application" }));
        };
        let now = self.now();
        if let Some(agent) = grant.agent {
            let known = self
                .prepare("SELECT 1 FROM agents WHERE id = ?1 AND app = ?2 AND status <> 'revoked'")?
                .exists(params![agent.as_bytes(), grant.app.as_bytes()])?;
            if !known {
                return Ok(Err(VaultError::NotFound { what: "agent in this application" }));
            }
        }
        if let Some(label) = &grant.label {
            let taken = self
                .prepare(
                    "SELECT 1 FROM grants WHERE secret = ?1 AND label = ?2 AND revoked_at IS NULL
                     AND (expires_at IS NULL OR expires_at > ?3)",
                )?
                .exists(params![secret.id.as_bytes(), label, now])?;
            if taken {
                let problem = "an active grant of this secret has it; choose another, or revoke that grant";
                return Ok(Err(VaultError::conflict("label", problem)));
            }
        }
        let approvers: Vec<&str> = grant.approvers.iter().map(Approver::as_str).collect();
        let expires_at = grant.time_to_live.map(|time| now.saturating_add(time));
        self.prepare(
            "INSERT INTO grants (id, app, secret, credential, principal_type, label, created_at, expires_at,
                                 approvers, approval_window, agent)
             VALUES (?1, ?2, ?3, ?4, ?10, ?5, ?6, ?7, ?8, ?9, ?11)",
        )?
        .execute(params![
            grant.id.as_bytes(),
            grant.app.as_bytes(),
            secret.id.as_bytes(),
            secret.credential.as_bytes(),
            grant.label,
            now,
            expires_at,
            approvers.join(" "),
            grant.approval_window,
            if grant.agent.is_some() { "agent" } else { "system" },
            grant.agent.as_ref().map(AgentId::as_bytes),
        ])?;
        let mut entry = Entry::new(AuditEvent::GrantCreate, AuditOutcome::Allowed)
            .app(grant.app)
            .provider(Some(&secret.slug));
        entry.grant = Some(grant.id);
        self.append(&entry)?;
        Ok(Ok(GrantRecord {
            id: grant.id,
            app: grant.app,
            secret: secret.id,
            slug: secret.slug.parse().map_err(|_| StoreError::Damaged("a slug is malformed"))?,
            secret_name: secret.name,
            credential: secret.credential,
            label: grant.label.clone(),
            status: GrantStatus::Active,
            created_at: Timestamp::from_unix_micros(now),
            expires_at: expires_at.map(Timestamp::from_unix_micros),
            revoked_at: None,
            approvers: grant.approvers.clone(),
            agent: grant.agent,
        }))
    }

    /// The grant if it belongs to `app`, whatever its state.
    pub(super) fn grant_on_record(
        &mut self,
        app: AppId,
        grant: GrantId,
    ) -> Result<Option<GrantOnRecord>, StoreError> {
        let found = self
            .prepare(
                "SELECT s.slug, g.revoked_at, g.agent FROM grants g JOIN secrets s ON s.id = g.secret
                 WHERE g.id = ?1 AND g.app = ?2",
            )?
            .query_row(params![grant.as_bytes(), app.as_bytes()], |row| {
                Ok(GrantOnRecord {
                    id: grant,
                    provider: row.get(0)?,
                    revoked_at: row.get(1)?,
                    owner: optional_id(row, 2)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Marks the grant as revoked. The first revocation stands.
    pub(super) fn mark_revoked(&mut self, grant: &GrantOnRecord) -> Result<Revocation, StoreError> {
        if let Some(earlier) = grant.revoked_at {
            return Ok(Revocation::Earlier(earlier));
        }
        let now = self.now();
        self.prepare("UPDATE grants SET revoked_at = ?1 WHERE id = ?2")?
            .execute(params![now, grant.id.as_bytes()])?;
        Ok(Revocation::Now(now))
    }
}

const MATCHING: &str = "
    FROM grants g JOIN secrets s ON s.id = g.secret
    WHERE g.app = :app AND (:slug IS NULL OR s.slug = :slug) AND (:label IS NULL OR g.label = :label)
      AND (:agent IS NULL OR g.agent = :agent)
      AND (:status IS NULL OR :status = CASE WHEN g.revoked_at IS NOT NULL THEN 'revoked'
                                             WHEN g.expires_at <= :now THEN 'expired'
                                             ELSE 'active' END)";

/// A page of grants, newest first, and how many there are; both from one state of the database.
pub(super) fn page(
    conn: &Connection,
    app: AppId,
    filter: &GrantFilter,
    now: i64,
) -> Result<Page<GrantRecord>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let total: i64 = snapshot.prepare_cached(&format!("SELECT count(*) {MATCHING}"))?.query_row(
        named_params! {
            ":app": app.as_bytes(), ":slug": filter.slug, ":label": filter.label,
            ":status": filter.status, ":now": now, ":agent": filter.agent.as_ref().map(AgentId::as_bytes),
        },
        |row| row.get(0),
    )?;
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT g.id, g.app, g.secret, s.slug, s.name, g.credential, g.label, g.created_at, g.expires_at,
                g.revoked_at, g.approvers, g.agent {MATCHING}
         ORDER BY g.created_at DESC, g.id LIMIT :limit OFFSET :offset"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":app": app.as_bytes(), ":slug": filter.slug, ":label": filter.label,
            ":status": filter.status, ":now": now, ":agent": filter.agent.as_ref().map(AgentId::as_bytes),
            ":limit": filter.limit, ":offset": i64::try_from(filter.offset).unwrap_or(i64::MAX),
        },
        |row| grant_record(row, now),
    )?;
    let items = rows.collect::<Result<_, _>>()?;
    Ok(Page { items, total: u64::try_from(total).unwrap_or(0) })
}

fn grant_record(row: &Row<'_>, now: i64) -> rusqlite::Result<GrantRecord> {
    let (expires_at, revoked_at): (Option<i64>, Option<i64>) = (row.get(8)?, row.get(9)?);
    Ok(GrantRecord {
        id: id(row, 0)?,
        app: id(row, 1)?,
        secret: id(row, 2)?,
        slug: row.get_ref(3)?.as_str()?.parse().map_err(|_| unreadable(3))?,
        secret_name: row.get(4)?,
        credential: id(row, 5)?,
        label: row.get(6)?,
        status: GrantStatus::at(now, expires_at, revoked_at),
        created_at: Timestamp::from_unix_micros(row.get(7)?),
        expires_at: expires_at.map(Timestamp::from_unix_micros),
        revoked_at: revoked_at.map(Timestamp::from_unix_micros),
        approvers: row
            .get_ref(10)?
            .as_str()?
            .split(' ')
            .filter(|name| !name.is_empty())
            .map(|name| name.parse().map_err(|_| unreadable(10)))
            .collect::<Result<_, _>>()?,
        agent: optional_id(row, 11)?,
    })
}
