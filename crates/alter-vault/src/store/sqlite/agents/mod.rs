//! Agents: made, changed, ended. Their keys are in `keys`, reading is in `read`.

mod keys;
mod read;
mod verbs;

use alter_types::{AgentId, AgentInfo, AgentStatus, Change};
use rusqlite::{OptionalExtension as _, params};

use read::{Stored, page, stored};

use super::{ids::id, work::Work};
use crate::{
    Refusal, Scope,
    audit::{AuditEvent, AuditOutcome, Entry},
    policy::{Check, Denial, KeyFacts, Principal, Trace},
    store::{AgentChange, AgentMade, NewAgentRow, SignedCall, StoreError},
};

/// What an SDK is answered inside a transaction that went well.
type Answer<T> = Result<Result<T, Refusal>, StoreError>;

impl Work<'_> {
    /// Makes an agent with its first key, or gives again what the same request made before.
    pub(super) fn create_agent(&mut self, call: &SignedCall, new: &NewAgentRow) -> Answer<AgentMade> {
        let (key, trace) = match self.admit_to_agents(call, Scope::AGENTS_WRITE, AuditEvent::AgentCreate)? {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decision = trace.to_json();
        let mut entry = super::sdk::entry(AuditEvent::AgentCreate, call, &key);
        entry.decision = Some(&decision);
        if key.agent.is_some() {
            return self.deny(entry, Denial::AgentCannotMintSubagents);
        }
        if let Some(earlier) = self.made_before(&key, new)? {
            return match earlier {
                Ok(made) => Ok(Ok(made)),
                Err(denial) => self.deny(entry, denial),
            };
        }
        let taken = self
            .prepare("SELECT 1 FROM agents WHERE app = ?1 AND name = ?2 AND status <> 'revoked'")?
            .exists(params![key.app.as_bytes(), new.request.name])?;
        if taken {
            return self.deny(entry, Denial::AgentNameExists { name: new.request.name.clone() });
        }
        let now = self.now();
        let request = &new.request;
        self.prepare(
            "INSERT INTO agents (id, app, name, type, status, display_name, scopes, policy, metadata, version,
                                 created_at, idempotency_key, request_digest)
             VALUES (?1, ?2, ?3, ?4, 'active', ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11)",
        )?
        .execute(params![
            new.id.as_bytes(),
            key.app.as_bytes(),
            request.name,
            request.r#type.as_str(),
            request.display_name,
            json(&request.scopes)?,
            json(&request.policy.clone().unwrap_or_default())?,
            json(&request.metadata)?,
            now,
            new.idempotency_key,
            new.digest,
        ])?;
        self.append(&entry.subject(new.id.uuid()))?;
        let name = format!("{}-1", request.name);
        self.insert_agent_key(&key, call, new.id, &new.key, &name)?;
        let agent = self.agent(&key, new.id)?.ok_or(StoreError::Damaged("an agent is missing"))?;
        Ok(Ok(AgentMade { agent: agent.info, key: new.key.id, replayed: false }))
    }

    /// What an earlier request with the same idempotency key made, or why it cannot be given again.
    fn made_before(
        &mut self,
        key: &KeyFacts,
        new: &NewAgentRow,
    ) -> Result<Option<Result<AgentMade, Denial>>, StoreError> {
        let Some(idempotency_key) = &new.idempotency_key else { return Ok(None) };
        let found: Option<(AgentId, Vec<u8>)> = self
            .prepare("SELECT id, request_digest FROM agents WHERE app = ?1 AND idempotency_key = ?2")?
            .query_row(params![key.app.as_bytes(), idempotency_key], |row| Ok((id(row, 0)?, row.get(1)?)))
            .optional()?;
        let Some((agent, digest)) = found else { return Ok(None) };
        if digest != new.digest {
            return Ok(Some(Err(Denial::IdempotencyKeyReused)));
        }
        let found = self.agent(key, agent)?.ok_or(StoreError::Damaged("an agent is missing"))?;
        let first = self
            .prepare("SELECT id FROM api_keys WHERE agent = ?1 ORDER BY created_at, id LIMIT 1")?
            .query_row([agent.as_bytes()], |row| id(row, 0))?;
        Ok(Some(match found.info.status {
            AgentStatus::Revoked => Err(Denial::IdempotencyKeyAgentRevoked),
            AgentStatus::Inactive => Err(Denial::IdempotencyKeyAgentInactive),
            _ => Ok(AgentMade { agent: found.info, key: first, replayed: true }),
        }))
    }

    /// One agent, for whoever may see it. Seeing leaves no row.
    pub(super) fn show_agent(&mut self, call: &SignedCall, agent: AgentId) -> Answer<AgentInfo> {
        let admitted = self.admit_to_agents(call, Scope::AGENTS_READ, AuditEvent::AgentRead)?;
        let (key, _) = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let found = self.agent(&key, agent)?;
        Ok(found.map(|found| found.info).ok_or_else(|| Denial::AgentNotFound.into()))
    }

    /// Admits a list of agents; it is read beside the writer.
    pub(super) fn admit_agent_list(&mut self, call: &SignedCall) -> Answer<alter_types::AppId> {
        let admitted = self.admit_to_agents(call, Scope::AGENTS_READ, AuditEvent::AgentRead)?;
        Ok(admitted.map(|(key, _)| key.app))
    }

    /// The agent whose own key the call was signed with, whatever its state.
    pub(super) fn me(&mut self, call: &SignedCall) -> Answer<AgentInfo> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        if let Err(denial) = self.admit_to(&key, call, None, &mut Trace::new()) {
            return Ok(Err(denial.into()));
        }
        let Some(agent) = key.agent else { return Ok(Err(Denial::MeRequiresAgentKey.into())) };
        let found = self.agent(&key, agent)?;
        Ok(found.map(|found| found.info).ok_or_else(|| Denial::AgentNotFound.into()))
    }

    pub(super) fn change_agent(
        &mut self,
        call: &SignedCall,
        agent: AgentId,
        change: &AgentChange,
    ) -> Answer<AgentInfo> {
        let event = change.event();
        let (key, trace) = match self.admit_to_agents(call, Scope::AGENTS_WRITE, event)? {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decision = trace.to_json();
        let mut entry = super::sdk::entry(event, call, &key).subject(agent.uuid());
        entry.decision = Some(&decision);
        let Some(found) = self.agent(&key, agent)? else {
            return self.deny(entry, Denial::AgentNotFound);
        };
        let now = self.now();
        let changed = match self.apply(found, change, now)? {
            Ok(changed) => changed,
            Err(denial) => return self.deny(entry, denial),
        };
        if changed {
            self.append(&entry)?;
        }
        let found = self.agent(&key, agent)?.ok_or(StoreError::Damaged("an agent is missing"))?;
        Ok(Ok(found.info))
    }

    /// Writes a change. Whether there was anything to change.
    fn apply(
        &mut self,
        found: Stored,
        change: &AgentChange,
        now: i64,
    ) -> Result<Result<bool, Denial>, StoreError> {
        let agent = found.info.id;
        let gone = found.info.status == AgentStatus::Revoked;
        match change {
            AgentChange::Revoke if gone => Ok(Ok(false)),
            AgentChange::Revoke => {
                self.set_status(agent, AgentStatus::Revoked)?;
                self.prepare("UPDATE api_keys SET revoked_at = ?2 WHERE agent = ?1 AND revoked_at IS NULL")?
                    .execute(params![agent.as_bytes(), now])?;
                Ok(Ok(true))
            }
            _ if gone => Ok(Err(Denial::AgentGone)),
            AgentChange::Status(status) if *status == found.info.status => Ok(Ok(false)),
            AgentChange::Status(status) => {
                self.set_status(agent, *status)?;
                Ok(Ok(true))
            }
            AgentChange::Update { request, expected_version, .. }
                if request.scopes.is_some() && *expected_version != Some(found.info.version) =>
            {
                Ok(Err(Denial::AgentChangedMeanwhile { version: found.info.version }))
            }
            AgentChange::Update { request, grace, .. } => {
                let mut reach = found.reach;
                if let Some(scopes) = &request.scopes {
                    reach = reach.change(scopes.clone(), now, *grace);
                }
                let info = found.info;
                let display_name = changed(&request.display_name, info.display_name);
                let policy = changed(&request.policy, Some(info.policy)).unwrap_or_default();
                let metadata = changed(&request.metadata, Some(info.metadata)).unwrap_or_default();
                let (pending, from) = reach.pending.unzip();
                self.prepare(
                    "UPDATE agents SET display_name = ?2, policy = ?3, metadata = ?4, scopes = ?5,
                                       pending_scopes = ?6, pending_from = ?7, version = version + 1
                     WHERE id = ?1",
                )?
                .execute(params![
                    agent.as_bytes(),
                    display_name,
                    json(&policy)?,
                    json(&metadata)?,
                    json(&reach.now)?,
                    pending.as_ref().map(json).transpose()?,
                    from,
                ])?;
                Ok(Ok(true))
            }
        }
    }

    fn set_status(&mut self, agent: AgentId, status: AgentStatus) -> Result<(), StoreError> {
        self.prepare("UPDATE agents SET status = ?2, version = version + 1 WHERE id = ?1")?
            .execute(params![agent.as_bytes(), status.as_str()])?;
        Ok(())
    }

    /// The agent with this id, if it is of the key's application and, for an agent's key, the agent itself.
    fn agent(&mut self, key: &KeyFacts, agent: AgentId) -> Result<Option<Stored>, StoreError> {
        if key.agent.is_some_and(|own| own != agent) {
            return Ok(None);
        }
        let now = self.now();
        stored(self.connection(), key.app, agent, now)
    }

    /// What decides on a use by `principal`: nothing for an application, an agent's state and reach else.
    pub(super) fn agent_reach(
        &mut self,
        key: &KeyFacts,
        principal: Principal,
    ) -> Result<Option<Result<crate::policy::Reach, Denial>>, StoreError> {
        let Some(agent) = principal.agent() else { return Ok(None) };
        let now = self.now();
        let Some(found) = stored(self.connection(), key.app, agent, now)? else {
            return Ok(Some(Err(Denial::CallerAgentUnresolved)));
        };
        Ok(Some(crate::policy::may_act(found.info.status).map(|()| found.reach)))
    }

    /// Admits an operation on agents. A refusal is on record.
    fn admit_to_agents(
        &mut self,
        call: &SignedCall,
        scope: &'static str,
        event: AuditEvent,
    ) -> Answer<(std::sync::Arc<KeyFacts>, Trace)> {
        let Some(key) = self.key_by_digest(&call.key)? else {
            return Ok(Err(Denial::UnknownKey.into()));
        };
        let mut trace = Trace::new();
        match self.admit(&key, call, scope, &mut trace) {
            Ok(()) => Ok(Ok((key, trace))),
            // What an agent's key lacks is not the point: agents make no agents.
            Err(Denial::MissingScope { .. }) if key.agent.is_some() && event == AuditEvent::AgentCreate => {
                trace.stopped_at(Check::Scope);
                self.refuse_agents(event, call, &key, &trace, Denial::AgentCannotMintSubagents)
            }
            Err(denial) => self.refuse_agents(event, call, &key, &trace, denial),
        }
    }

    fn refuse_agents<T>(
        &mut self,
        event: AuditEvent,
        call: &SignedCall,
        key: &KeyFacts,
        trace: &Trace,
        denial: Denial,
    ) -> Answer<T> {
        let decision = trace.to_json();
        let mut entry: Entry<'_> = super::sdk::entry(event, call, key).outcome(AuditOutcome::Denied);
        entry.decision = Some(&decision);
        self.deny(entry, denial)
    }
}

/// What a field is after a change.
fn changed<T: Clone>(change: &Change<T>, before: Option<T>) -> Option<T> {
    match change {
        Change::Keep => before,
        Change::Clear => None,
        Change::Set(value) => Some(value.clone()),
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged("a value cannot be written as JSON"))
}
