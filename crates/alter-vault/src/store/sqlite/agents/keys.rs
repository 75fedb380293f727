//! Keys of agents: minted, marked for replacement, ended.

use alter_types::{AgentId, AgentKey, AgentStatus, KeyId, Timestamp};
use rusqlite::{Row, params};

use super::Answer;
use crate::{
    Scope,
    audit::AuditEvent,
    policy::{Denial, KeyFacts},
    store::{
        AgentKeyChange, NewAgentKeyRow, SignedCall, StoreError,
        sqlite::{ids::id, sdk::entry, work::Work},
    },
};

/// Live keys of one agent.
const MAX_KEYS: usize = 10;

impl Work<'_> {
    pub(in crate::store::sqlite) fn mint_agent_key(
        &mut self,
        call: &SignedCall,
        agent: AgentId,
        new: &NewAgentKeyRow,
    ) -> Answer<AgentKey> {
        let (key, trace) = match self.admit_to_agents(call, Scope::AGENTS_WRITE, AuditEvent::KeyCreate)? {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decision = trace.to_json();
        let mut refused = entry(AuditEvent::KeyCreate, call, &key).subject(agent.uuid());
        refused.decision = Some(&decision);
        let found = match self.agent(&key, agent)? {
            None => return self.deny(refused, Denial::AgentNotFound),
            Some(found) if found.info.status == AgentStatus::Revoked => {
                return self.deny(refused, Denial::AgentGone);
            }
            Some(found) => found,
        };
        let keys = self.keys_of(agent)?;
        if keys.iter().filter(|key| key.revoked_at.is_none()).count() >= MAX_KEYS {
            return self.deny(refused, Denial::TooManyAgentKeys);
        }
        let name = format!("{}-{}", found.info.name, keys.len() + 1);
        self.insert_agent_key(&key, call, agent, new, &name)?;
        let minted = self.keys_of(agent)?.into_iter().find(|key| key.key_id == new.id);
        minted.ok_or(StoreError::Damaged("a key is missing")).map(Ok)
    }

    pub(in crate::store::sqlite) fn list_agent_keys(
        &mut self,
        call: &SignedCall,
        agent: AgentId,
    ) -> Answer<Vec<AgentKey>> {
        let (key, _) = match self.admit_to_agents(call, Scope::AGENTS_READ, AuditEvent::AgentRead)? {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match self.agent(&key, agent)? {
            Some(_) => self.keys_of(agent).map(Ok),
            None => Ok(Err(Denial::AgentNotFound.into())),
        }
    }

    pub(in crate::store::sqlite) fn change_agent_key(
        &mut self,
        call: &SignedCall,
        agent: AgentId,
        changed: KeyId,
        change: AgentKeyChange,
    ) -> Answer<AgentKey> {
        let (key, trace) = match self.admit_to_agents(call, Scope::AGENTS_WRITE, change.event())? {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decision = trace.to_json();
        let mut entry = entry(change.event(), call, &key).subject(changed.uuid());
        entry.decision = Some(&decision);
        if self.agent(&key, agent)?.is_none() {
            return self.deny(entry, Denial::AgentNotFound);
        }
        let keys = self.keys_of(agent)?;
        let Some(found) = keys.iter().find(|key| key.key_id == changed) else {
            return self.deny(entry, Denial::NoSuchAgentKey);
        };
        let now = self.now();
        let live = keys.iter().filter(|key| key.revoked_at.is_none()).count();
        let (column, value) = match change {
            _ if found.revoked_at.is_some() => return self.deny(entry, Denial::KeyAlreadyRevoked),
            AgentKeyChange::Revoke { force: false } if live == 1 => {
                return self.deny(entry, Denial::LastActiveKey);
            }
            AgentKeyChange::Revoke { .. } => ("revoked_at", Some(now)),
            // The first time stands.
            AgentKeyChange::Deprecate if found.deprecated_at.is_some() => return Ok(Ok(found.clone())),
            AgentKeyChange::Undeprecate if found.deprecated_at.is_none() => return Ok(Ok(found.clone())),
            AgentKeyChange::Deprecate => ("deprecated_at", Some(now)),
            AgentKeyChange::Undeprecate => ("deprecated_at", None),
        };
        self.prepare(&format!("UPDATE api_keys SET {column} = ?2 WHERE id = ?1"))?
            .execute(params![changed.as_bytes(), value])?;
        self.append(&entry)?;
        let found = self.keys_of(agent)?.into_iter().find(|key| key.key_id == changed);
        found.ok_or(StoreError::Damaged("a key is missing")).map(Ok)
    }

    pub(super) fn insert_agent_key(
        &mut self,
        by: &KeyFacts,
        call: &SignedCall,
        agent: AgentId,
        new: &NewAgentKeyRow,
        name: &str,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let scopes: Vec<String> = Scope::agent().iter().map(ToString::to_string).collect();
        self.prepare(
            "INSERT INTO api_keys (id, app, digest, prefix, name, kind, scopes, created_at, agent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.id.as_bytes(),
            by.app.as_bytes(),
            new.digest,
            new.prefix,
            name,
            new.kind.as_str(),
            scopes.join(" "),
            now,
            agent.as_bytes(),
        ])?;
        self.append(&entry(AuditEvent::KeyCreate, call, by).subject(new.id.uuid()))?;
        Ok(())
    }

    /// Every key of an agent, oldest first.
    fn keys_of(&mut self, agent: AgentId) -> Result<Vec<AgentKey>, StoreError> {
        let mut statement = self.prepare(
            "SELECT id, prefix, name, created_at, deprecated_at, revoked_at FROM api_keys WHERE agent = ?1
             ORDER BY created_at, id",
        )?;
        let rows = statement.query_map([agent.as_bytes()], agent_key)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn agent_key(row: &Row<'_>) -> rusqlite::Result<AgentKey> {
    let time = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp::from_unix_micros));
    let created_at = Timestamp::from_unix_micros(row.get(3)?);
    let mut key = AgentKey::new(id(row, 0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, created_at);
    key.deprecated_at = time(4)?;
    key.revoked_at = time(5)?;
    Ok(key)
}
