//! [`UpdateAgent`]: changes to an agent, each of which keeps, empties or replaces a field.

use std::time::Duration;

use alter_transport::BoxFuture;
use alter_types::{AgentId, AgentInfo, AgentScopes, Change, Surface, UpdateAgentRequest};
use serde::Serialize;
use serde_json::{Map, Value};

use super::agent_path;
use crate::{Error, Result, client::Client, error::value, ns::argument, operation};

/// Longest time the wider scopes may go on.
const MAX_GRACE: i64 = 604_800;

/// Changes to an agent. What is not named stays as it is.
#[derive(Debug)]
#[must_use = "nothing is changed until it is awaited"]
pub struct UpdateAgent<'a> {
    client: &'a Client,
    id: AgentId,
    request: UpdateAgentRequest,
    expected_version: Option<i64>,
    grace: Option<Duration>,
    mistake: Option<Error>,
}

impl<'a> UpdateAgent<'a> {
    pub(super) fn new(client: &'a Client, id: &AgentId) -> Self {
        let request = UpdateAgentRequest::default();
        Self { client, id: *id, request, expected_version: None, grace: None, mistake: None }
    }

    /// Another name for people.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.request.display_name = Change::Set(name.into());
        self
    }

    /// No name for people any more.
    pub fn clear_display_name(mut self) -> Self {
        self.request.display_name = Change::Clear;
        self
    }

    /// Other notes, in place of all there are: anything that is a JSON object.
    pub fn metadata(mut self, notes: &(impl Serialize + ?Sized)) -> Self {
        self.request.metadata = self.set("metadata", notes);
        self
    }

    /// No notes any more.
    pub fn clear_metadata(mut self) -> Self {
        self.request.metadata = Change::Clear;
        self
    }

    /// Another policy, in place of all of it: anything that is a JSON object. The vault checks it.
    pub fn policy(mut self, policy: &(impl Serialize + ?Sized)) -> Self {
        self.request.policy = self.set("policy", policy);
        self
    }

    /// No policy any more.
    pub fn clear_policy(mut self) -> Self {
        self.request.policy = Change::Clear;
        self
    }

    /// What it may reach, in place of all it could. More is allowed at once, less after the [grace](Self::grace)
    /// period. `based_on_version` is the [version](AgentInfo::version) that was read before: if the agent has changed
    /// since, so that this would undo what somebody else did, the update is refused.
    pub fn scopes(mut self, scopes: AgentScopes, based_on_version: i64) -> Self {
        self.request.scopes = Some(scopes);
        self.expected_version = Some(based_on_version);
        self
    }

    /// Refuses the update if the agent has changed since this version, for changes other than of scopes.
    pub fn expected_version(mut self, version: i64) -> Self {
        self.expected_version = Some(version);
        self
    }

    /// How long the scopes that are taken away go on, in whole seconds, at most 7 days; zero is at once. Default: the
    /// vault's, normally a day. Only together with [`scopes`](Self::scopes).
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }

    fn set(&mut self, name: &str, of: &(impl Serialize + ?Sized)) -> Change<Map<String, Value>> {
        match argument::object(name, of) {
            Ok(object) => Change::Set(object),
            Err(mistake) => {
                self.mistake = Some(mistake);
                Change::Keep
            }
        }
    }

    fn path(&mut self) -> Result<String> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        if let Some(scopes) = &self.request.scopes {
            scopes.validate()?;
        }
        let mut query = Vec::new();
        if let Some(grace) = self.grace {
            let seconds = argument::whole_seconds("grace", grace)?;
            if seconds > MAX_GRACE {
                return Err(value("grace: at most 604800 seconds (7 days)"));
            }
            if self.request.scopes.is_none() {
                return Err(value("grace: only scopes have a grace period; say which, or leave it out"));
            }
            query.push(format!("grace_seconds={seconds}"));
        }
        match self.expected_version {
            Some(version) if version < 1 => return Err(value("version: versions count from 1")),
            Some(version) => query.push(format!("expected_version={version}")),
            None => {}
        }
        let path = agent_path(&self.id);
        Ok(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
    }
}

impl<'a> IntoFuture for UpdateAgent<'a> {
    type Output = Result<AgentInfo>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = self.path()?;
            let cx = self.client.context(operation::UPDATE_AGENT);
            self.client.patch(&path, Surface::Agents, cx, None, &self.request).await?.json()
        })
    }
}
