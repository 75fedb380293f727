//! Agents: identities of their own within an application, and their keys.

use alter_auth::{ApiKey, KeyKind, random_uuid};
use alter_types::{
    AgentCreateResult, AgentId, AgentInfo, AgentKey, AgentKeyList, AgentKeyMintResult, AgentListResult,
    AgentStatus, AppId, Change, CreateAgentRequest, ErrorCode, KeyId, Secret, UpdateAgentRequest,
};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};

use super::Vault;
use crate::{
    Admission, Refusal, VaultError,
    names::checked,
    store::{AgentChange, AgentFilter, AgentKeyChange, NewAgentKeyRow, NewAgentRow},
};

/// What is taken away from an agent stays this long unless an update says otherwise, in seconds.
const DEFAULT_GRACE: u32 = 24 * 3_600;
const MAX_GRACE: u32 = 7 * 24 * 3_600;
/// Policy and metadata, in bytes of JSON each.
const MAX_OBJECT: usize = 16 * 1024;

/// How an update is to be applied.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct UpdateTerms {
    /// The version the new scopes were made from. Needed with scopes.
    pub expected_version: Option<i64>,
    /// Seconds that scopes which are taken away stay. Default 24 hours, at most seven days.
    pub grace_seconds: Option<u32>,
}

impl UpdateTerms {
    /// These terms.
    #[must_use]
    pub fn new(expected_version: Option<i64>, grace_seconds: Option<u32>) -> Self {
        Self { expected_version, grace_seconds }
    }
}

impl Vault {
    /// Makes an agent with its first key, which is seen this once. Needs `agents:write`. The same request with the same
    /// idempotency key gives the same agent again, without the key.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it: `agent_name_exists`, `idempotency_key_body_mismatch`
    /// and its siblings, `agent_cannot_mint_subagents` for an agent's key, `invalid_request` for malformed fields.
    pub async fn create_agent(
        &self,
        admission: Admission,
        request: CreateAgentRequest,
        idempotency_key: Option<String>,
    ) -> Result<AgentCreateResult, Refusal> {
        if let Err(refusal) = check_new(&request, idempotency_key.as_deref()) {
            let what = admission.attempted("POST", "/sdk/agents");
            return Err(self.refuse(&admission.key, refusal, what).await);
        }
        let written = serde_json::to_vec(&request).map_err(Refusal::internal_error)?;
        let (key, row) = self.new_agent_key().map_err(Refusal::internal_error)?;
        let new = NewAgentRow {
            id: AgentId::from_uuid(random_uuid(&*self.0.random).map_err(Refusal::internal_error)?),
            request,
            key: row,
            idempotency_key,
            digest: digest(&SHA256, &written).as_ref().to_vec(),
        };
        let made = self.0.store.create_agent(self.signed(admission), new).await?;
        let key = (!made.replayed).then(|| Secret::from(key.expose()));
        Ok(AgentCreateResult::new(made.agent, made.key, key))
    }

    /// One agent. Needs `agents:read`; an agent sees itself only.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_not_found`, or the code of the check that stopped it.
    pub async fn agent(&self, admission: Admission, agent: AgentId) -> Result<AgentInfo, Refusal> {
        self.0.store.agent(self.signed(admission), agent).await
    }

    /// Agents of the key's application, oldest first. Needs `agents:read`.
    ///
    /// # Errors
    /// A [`Refusal`] with the code of the check that stopped it.
    pub async fn agents(
        &self,
        admission: Admission,
        name: Option<String>,
        include_revoked: bool,
        limit: u32,
        offset: u32,
    ) -> Result<AgentListResult, Refusal> {
        let filter = AgentFilter { name, include_revoked, limit, offset };
        let (agents, total) = self.0.store.agents(self.signed(admission), filter).await?;
        Ok(AgentListResult::new(agents, total, limit.into(), offset.into()))
    }

    /// The agents of an application that are not revoked, for its operator; at most 1,000.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn agents_of(&self, app: AppId) -> Result<Vec<AgentInfo>, VaultError> {
        let filter = AgentFilter { name: None, include_revoked: false, limit: 1_000, offset: 0 };
        self.0.store.agents_of(app, filter).await
    }

    /// The agent whose own key the call was signed with, suspended or not.
    ///
    /// # Errors
    /// A [`Refusal`]: `me_requires_agent_key` for an application's key.
    pub async fn me(&self, admission: Admission) -> Result<AgentInfo, Refusal> {
        self.0.store.me(self.signed(admission)).await
    }

    /// Changes an agent. Scopes that are added hold at once; those taken away stay for the grace period. Needs
    /// `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_concurrent_update` if the agent is at another version than the scopes were made from,
    /// `agent_not_found`, `invalid_request` for malformed fields or terms.
    pub async fn update_agent(
        &self,
        admission: Admission,
        agent: AgentId,
        request: UpdateAgentRequest,
        terms: UpdateTerms,
    ) -> Result<AgentInfo, Refusal> {
        if let Err(refusal) = check_update(&request, terms) {
            let what = admission.attempted("PATCH", "/sdk/agents/{agent_id}");
            return Err(self.refuse(&admission.key, refusal, what).await);
        }
        let grace = i64::from(terms.grace_seconds.unwrap_or(DEFAULT_GRACE)) * 1_000_000;
        let change = AgentChange::Update {
            request: Box::new(request),
            expected_version: terms.expected_version,
            grace,
        };
        self.0.store.change_agent(self.signed(admission), agent, change).await
    }

    /// Suspends (`Inactive`) or resumes (`Active`) an agent. A suspended agent's keys are refused. Needs `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_not_found`, `agent_revoked` for one that is gone, `invalid_request` for another status.
    pub async fn set_agent_status(
        &self,
        admission: Admission,
        agent: AgentId,
        status: AgentStatus,
    ) -> Result<AgentInfo, Refusal> {
        if status == AgentStatus::Revoked {
            let refusal = invalid("status: expected active or inactive; an agent is revoked with DELETE");
            let what = admission.attempted("PATCH", "/sdk/agents/{agent_id}");
            return Err(self.refuse(&admission.key, refusal, what).await);
        }
        self.0.store.change_agent(self.signed(admission), agent, AgentChange::Status(status)).await
    }

    /// Ends an agent and its keys, for good. No use by it begins after this returns. Revoking twice is harmless. Needs
    /// `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_not_found`, or the code of the check that stopped it.
    pub async fn revoke_agent(&self, admission: Admission, agent: AgentId) -> Result<AgentInfo, Refusal> {
        self.0.store.change_agent(self.signed(admission), agent, AgentChange::Revoke).await
    }

    /// Makes another key for an agent, seen this once; at most 10 live ones. Needs `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_key_limit_reached`, `agent_not_found`, `agent_revoked`.
    pub async fn mint_agent_key(
        &self,
        admission: Admission,
        agent: AgentId,
    ) -> Result<AgentKeyMintResult, Refusal> {
        let (key, row) = self.new_agent_key().map_err(Refusal::internal_error)?;
        let minted = self.0.store.mint_agent_key(self.signed(admission), agent, row).await?;
        Ok(AgentKeyMintResult::new(minted, Secret::from(key.expose())))
    }

    /// Every key of an agent, oldest first. Needs `agents:read`.
    ///
    /// # Errors
    /// A [`Refusal`]: `agent_not_found`, or the code of the check that stopped it.
    pub async fn agent_keys(&self, admission: Admission, agent: AgentId) -> Result<AgentKeyList, Refusal> {
        Ok(AgentKeyList::new(self.0.store.agent_keys(self.signed(admission), agent).await?))
    }

    /// Marks a key for replacement, or takes the mark away. It works either way. Needs `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `key_not_found`, `key_revoked` with status 409, `agent_not_found`.
    pub async fn deprecate_agent_key(
        &self,
        admission: Admission,
        agent: AgentId,
        key: KeyId,
        deprecated: bool,
    ) -> Result<AgentKey, Refusal> {
        let change = if deprecated { AgentKeyChange::Deprecate } else { AgentKeyChange::Undeprecate };
        self.0.store.change_agent_key(self.signed(admission), agent, key, change).await
    }

    /// Ends a key, for good; the last live one only with `force`. Needs `agents:write`.
    ///
    /// # Errors
    /// A [`Refusal`]: `last_active_key`, `key_not_found`, `key_revoked` with status 409, `agent_not_found`.
    pub async fn revoke_agent_key(
        &self,
        admission: Admission,
        agent: AgentId,
        key: KeyId,
        force: bool,
    ) -> Result<AgentKey, Refusal> {
        let change = AgentKeyChange::Revoke { force };
        self.0.store.change_agent_key(self.signed(admission), agent, key, change).await
    }

    /// Keys of agents have the older form, which every SDK takes for an agent's.
    fn new_agent_key(&self) -> Result<(ApiKey, NewAgentKeyRow), VaultError> {
        let key = ApiKey::mint(KeyKind::Legacy, &*self.0.random)?;
        let row = NewAgentKeyRow {
            id: KeyId::from_uuid(random_uuid(&*self.0.random)?),
            digest: self.0.key_lookup.digest(&key),
            prefix: key.prefix().to_owned(),
            kind: KeyKind::Legacy,
        };
        Ok((key, row))
    }
}

fn invalid(what: impl std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::INVALID_REQUEST, format!("The request is not valid: {what}."))
}

fn check_new(request: &CreateAgentRequest, idempotency_key: Option<&str>) -> Result<(), Refusal> {
    checked("name", &request.name).map_err(invalid)?;
    request.scopes.validate().map_err(invalid)?;
    if idempotency_key.is_some_and(|key| !(1..=255).contains(&key.len())) {
        return Err(invalid("Idempotency-Key: expected 1 to 255 characters"));
    }
    check_texts(request.display_name.as_deref(), [Some(&request.metadata), request.policy.as_ref()])
}

fn check_update(request: &UpdateAgentRequest, terms: UpdateTerms) -> Result<(), Refusal> {
    if let Some(scopes) = &request.scopes {
        scopes.validate().map_err(invalid)?;
        if terms.expected_version.is_none() {
            return Err(invalid("expected_version: it is needed with scopes"));
        }
    } else if terms.grace_seconds.is_some() {
        return Err(invalid("grace_seconds: it is about scopes, and there are none"));
    }
    if terms.grace_seconds.is_some_and(|seconds| seconds > MAX_GRACE) {
        return Err(invalid("grace_seconds: expected 0 to 604800"));
    }
    check_texts(
        set(&request.display_name).map(String::as_str),
        [set(&request.metadata), set(&request.policy)],
    )
}

fn set<T>(change: &Change<T>) -> Option<&T> {
    match change {
        Change::Set(value) => Some(value),
        Change::Keep | Change::Clear => None,
    }
}

fn check_texts(display_name: Option<&str>, objects: [Option<&Map<String, Value>>; 2]) -> Result<(), Refusal> {
    if let Some(name) = display_name {
        checked("display_name", name).map_err(invalid)?;
    }
    for object in objects.into_iter().flatten() {
        if serde_json::to_vec(object).map_or(true, |json| json.len() > MAX_OBJECT) {
            return Err(invalid("metadata and policy: expected at most 16384 bytes of JSON each"));
        }
    }
    Ok(())
}
