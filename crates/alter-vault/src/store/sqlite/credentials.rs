//! From a call's address to the grants it may mean, with the sealed credentials behind them.

use std::sync::Arc;

use alter_types::{AddressedGrant, AgentId, AppId, GrantId, ProviderAddress};
use rusqlite::{OptionalExtension as _, Row, params};

use super::{
    ids::{id, optional_id, unreadable},
    work::Work,
};
use crate::{
    HostRule,
    policy::{Candidate, GrantFacts, GrantLookup},
    store::{LoadedGrant, SealedCredential, StoreError},
};

/// Grants listed when an address is ambiguous.
const MAX_CANDIDATES: usize = 20;

const BY_ID: &str = "
    SELECT g.id, s.slug, g.label, g.expires_at, g.revoked_at, s.hosts, s.injection_header, s.injection_format,
           c.id, c.revoked_at, c.generation, c.version, c.data_key, c.sealed,
           g.approvers, g.approval_window, g.agent
    FROM grants g CROSS JOIN secrets s ON s.id = g.secret CROSS JOIN credentials c ON c.id = g.credential
    WHERE g.id = ?1 AND g.app = ?2";

/// Live grants only: by a provider's name a caller means one that works.
const BY_PROVIDER: &str = "
    SELECT g.id, s.slug, g.label, g.expires_at, g.revoked_at, s.hosts, s.injection_header, s.injection_format,
           c.id, c.revoked_at, c.generation, c.version, c.data_key, c.sealed,
           g.approvers, g.approval_window, g.agent
    FROM secrets s CROSS JOIN grants g ON g.secret = s.id CROSS JOIN credentials c ON c.id = g.credential
    WHERE s.app = ?1 AND s.slug = ?2 AND g.app = ?1 AND g.agent IS ?6
      AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?3)
      AND (?4 IS NULL OR g.label = ?4)
    ORDER BY g.created_at, g.id LIMIT ?5";

impl Work<'_> {
    /// The grants of `app` the address matches: at most one by id, and a few more than one can choose from by provider,
    /// of which only those of `owner` count (`None`: the application's own).
    pub(super) fn addressed_grants(
        &mut self,
        app: AppId,
        owner: Option<AgentId>,
        address: &AddressedGrant,
    ) -> Result<Vec<Arc<LoadedGrant>>, StoreError> {
        match address {
            AddressedGrant::Grant(grant) => Ok(self.grant_by_id(app, *grant)?.into_iter().collect()),
            AddressedGrant::Provider(address) => self.grants_of_provider(app, owner, address),
        }
    }

    /// Reads the grant with this id, if it belongs to `app`.
    pub(super) fn read_grant(
        &mut self,
        app: AppId,
        grant: GrantId,
    ) -> Result<Option<LoadedGrant>, StoreError> {
        let mut statement = self.prepare(BY_ID)?;
        Ok(statement.query_row(params![grant.as_bytes(), app.as_bytes()], loaded_grant).optional()?)
    }

    fn grants_of_provider(
        &mut self,
        app: AppId,
        owner: Option<AgentId>,
        address: &ProviderAddress,
    ) -> Result<Vec<Arc<LoadedGrant>>, StoreError> {
        // The application's own grants on managed secrets have neither an account nor a user.
        if address.account.is_some() || address.app_user_id.is_some() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let mut statement = self.prepare(BY_PROVIDER)?;
        let rows = statement.query_map(
            params![
                app.as_bytes(),
                address.provider_id.as_str(),
                now,
                address.label,
                MAX_CANDIDATES as i64 + 1,
                owner.as_ref().map(AgentId::as_bytes),
            ],
            |row| loaded_grant(row).map(Arc::new),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What the loaded grants mean for the decision.
pub(super) fn lookup<'a>(address: &'a AddressedGrant, loaded: &'a [Arc<LoadedGrant>]) -> GrantLookup<'a> {
    let provider = match address {
        AddressedGrant::Grant(_) => None,
        AddressedGrant::Provider(address) => Some(address.provider_id.as_str()),
    };
    match loaded {
        [] => GrantLookup::None { provider },
        [one] => GrantLookup::One(&one.facts),
        several => {
            let candidates = several.iter().take(MAX_CANDIDATES);
            GrantLookup::Several {
                provider: provider.unwrap_or_default(),
                candidates: candidates
                    .map(|grant| Candidate { grant: grant.facts.id, label: grant.label.clone() })
                    .collect(),
                more: several.len() > MAX_CANDIDATES,
            }
        }
    }
}

fn loaded_grant(row: &Row<'_>) -> rusqlite::Result<LoadedGrant> {
    let credential = id(row, 8)?;
    let hosts = row.get_ref(5)?.as_str()?;
    let facts = GrantFacts {
        id: id(row, 0)?,
        provider: row.get(1)?,
        expires_at: row.get(3)?,
        revoked_at: row.get(4)?,
        hosts: host_rules(hosts).ok_or_else(|| unreadable(5))?,
        credential_revoked_at: row.get(9)?,
        generation: id(row, 10)?,
        approvers: row.get(14)?,
        approval_window: row.get(15)?,
        owner: optional_id(row, 16)?,
    };
    Ok(LoadedGrant {
        facts,
        label: row.get(2)?,
        injection_header: row.get(6)?,
        injection_format: row.get(7)?,
        credential: SealedCredential {
            id: credential,
            version: row.get(11)?,
            data_key: row.get(12)?,
            sealed: row.get(13)?,
        },
    })
}

fn host_rules(text: &str) -> Option<Vec<HostRule>> {
    text.split(' ').filter(|rule| !rule.is_empty()).map(|rule| rule.parse().ok()).collect()
}
